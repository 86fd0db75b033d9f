/** Code that must run before the app is ready; ES modules load too late for that, so this one file is CommonJS. */
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const { app, protocol } = require('electron')

/** A packaged app has no separate Node for the command line, so it runs the command line itself, without a window. */
const cliAt = app.isPackaged ? withinSwitches(process.argv).indexOf('--q8s-cli') : -1

/** Arguments after a bare -- are what the system opens the app with; they are never switches. */
function withinSwitches(words) {
  const end = words.indexOf('--')
  return end < 0 ? words : words.slice(0, end)
}

function load(name) {
  return import(pathToFileURL(join(app.getAppPath(), 'out/main', name)).href)
}

function fail(error) {
  console.error(error)
  process.exit(1)
}

/**
 * Switches that give any program that connects control of the app's pages, with all their rights. Chromium applies them
 * after this file runs.
 */
const DEBUGGERS = [
  'remote-debugging-port',
  'remote-debugging-pipe',
  'inspect',
  'inspect-brk',
  'inspect-wait',
  'inspect-port'
]

function refuseDebuggers() {
  const given = DEBUGGERS.filter(name => app.commandLine.hasSwitch(name))
  if (given.length === 0) return false
  for (const name of given) app.commandLine.removeSwitch(name)
  process.stderr.write(
    `q8s Desktop does not take --${given[0]}: it cannot be debugged once it is packaged.\n`
  )
  app.exit(1)
  return true
}

if (app.isPackaged && refuseDebuggers()) {
  // The app is ending.
} else if (cliAt > 0) {
  const given = process.argv.slice(cliAt + 1)
  process.argv = [process.argv[0], 'q8s-cli', ...(given[0] === '--' ? given.slice(1) : given)]
  app.dock?.hide()
  // Electron continues briefly after process.exit: only the first exit code counts.
  let ended = false
  process.exit = (code = process.exitCode ?? 0) => {
    if (!ended) app.exit(Number(code))
    ended = true
  }
  app
    .whenReady()
    .then(() => load('q8s-cli.js'))
    .then(() => process.exit(), fail)
} else {
  // If Chromium's sandbox is switched off (it cannot start as root), enabling it would crash the helper processes.
  if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
  protocol.registerSchemesAsPrivileged([
    { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }
  ])
  load('electron.js').catch(fail)
}
