/** What must happen before the app is ready; ES modules load too late for it, so this one file is CommonJS. */
const { join } = require('node:path')
const { pathToFileURL } = require('node:url')
const { app, protocol } = require('electron')

// Where Chromium's own sandbox is switched off (as root it cannot start), this would only crash its helpers.
if (!app.commandLine.hasSwitch('no-sandbox')) app.enableSandbox()
protocol.registerSchemesAsPrivileged([
  { scheme: 'app', privileges: { standard: true, secure: true, supportFetchAPI: true } }
])

import(pathToFileURL(join(app.getAppPath(), 'out/main/electron.js')).href).catch(error => {
  console.error(error)
  process.exit(1)
})
