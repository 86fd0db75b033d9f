/** Opens the built app with the sample project: in Electron where that can run, else the same UI in the browser. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { electronProgram } from './electron-program.mjs'

const root = join(import.meta.dirname, '..')
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

function fetchElectron() {
  console.log('Fetching Electron, once…')
  spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], {
    stdio: 'ignore',
    timeout: 180_000
  })
  return electronProgram()
}

function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => child.kill(signal))
  child.on('exit', code => process.exit(code ?? 130))
}

const program = hasDisplay ? (electronProgram() ?? fetchElectron()) : undefined
if (program) {
  // Chromium's sandbox cannot start as root; everybody else keeps it.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  run(program, [...asRoot, root, '--sample'])
} else {
  console.log(
    `Opening the app in the browser: ${hasDisplay ? 'Electron could not be fetched' : 'there is no display'}.`
  )
  run(process.execPath, [
    join(root, 'out/main/q8s-cli.js'),
    'ui',
    '--sample',
    ...(hasDisplay ? [] : ['--no-open'])
  ])
}
