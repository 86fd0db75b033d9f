/** Opens the built app with the sample project: in Electron where that can run, else the same UI in the browser. */
import { spawn, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { electronProgram } from './electron-program.mjs'

const root = join(import.meta.dirname, '..')
const hasDisplay = process.platform !== 'linux' || Boolean(process.env.DISPLAY || process.env.WAYLAND_DISPLAY)

/** Its program, or why there is none. */
function fetchElectron() {
  console.log('Downloading Electron, once (about 100 MB)…')
  const { stderr, error } = spawnSync(process.execPath, [join(root, 'node_modules/electron/install.js')], {
    stdio: ['ignore', 'ignore', 'pipe'],
    encoding: 'utf8',
    timeout: 180_000
  })
  const program = electronProgram()
  if (program) return { program }
  const reason =
    error?.message ?? stderr.split('\n').find(line => /error/i.test(line)) ?? 'it did not say why'
  return { reason: reason.trim() }
}

function run(command, args) {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' })
  // Ending the app with Ctrl-C is no failure.
  let asked = false
  for (const signal of ['SIGINT', 'SIGTERM']) {
    process.on(signal, () => {
      asked = true
      child.kill(signal)
    })
  }
  child.on('exit', code => process.exit(asked ? 0 : (code ?? 1)))
}

const found = hasDisplay ? electronProgram() : undefined
const { program, reason = 'there is no display' } = found
  ? { program: found }
  : hasDisplay
    ? fetchElectron()
    : {}
if (program) {
  // Chromium's sandbox cannot start as root; everybody else keeps it.
  const asRoot = process.getuid?.() === 0 ? ['--no-sandbox'] : []
  run(program, [...asRoot, root, '--sample'])
} else {
  console.log(
    hasDisplay
      ? `Electron could not be downloaded (${reason}). Opening the app in your browser instead.`
      : 'No display here. Open this address in a browser on this computer (it works once):'
  )
  run(process.execPath, [
    join(root, 'out/main/q8s-cli.js'),
    'ui',
    '--sample',
    ...(hasDisplay ? [] : ['--no-open'])
  ])
}
