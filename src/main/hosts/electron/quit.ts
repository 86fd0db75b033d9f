/** Quitting: asks what becomes of running instances, then waits until jobs have cleaned up. */
import { app, dialog } from 'electron'
import type { Host } from '#main/compose.ts'
import type { Instance } from '#shared/instance.ts'
import type { Settings } from '#shared/system.ts'
import { currentWindow } from './window.ts'

const BUTTONS = ['Keep running', 'Stop', 'Cancel'] as const
const CANCEL = 2

/** A second request while the first is being carried out does not wait. `leave` is called once it is certain. */
export function quitInOrder(host: Host, leave: () => Promise<void>) {
  let state: 'open' | 'closing' = 'open'
  // Whoever ends the process by a signal is not there to answer.
  let unattended = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      unattended = true
      app.quit()
    })
  }
  app.on('before-quit', event => {
    if (state === 'closing') return
    state = 'closing'
    event.preventDefault()
    void (unattended ? Promise.resolve(true) : mayQuit(host)).then(async yes => {
      if (!yes) {
        state = 'open'
        return
      }
      await leave()
      await host.close().catch((error: unknown) => console.error(error))
      app.quit()
    })
  })
}

async function mayQuit(host: Host): Promise<boolean> {
  try {
    const { system } = host.client()
    const running = await runningInstances(host)
    if (running.length === 0) return true
    const { onQuit } = await system.settings()
    const choice = onQuit === 'ask' ? await ask(running) : { answer: onQuit, remember: false }
    if (choice.answer === undefined) return false
    if (choice.remember) await system.saveSettings({ onQuit: choice.answer })
    if (choice.answer === 'stop') await stopAll(host, running)
    return true
  } catch (error) {
    // A platform that cannot be asked must not keep the user from quitting; instances go on without us.
    console.error(error)
    return true
  }
}

async function runningInstances(host: Host): Promise<Instance[]> {
  const all = await host.client().platform.instances.list({})
  return all.filter(({ state }) => state === 'starting' || state === 'ready')
}

async function ask(running: readonly Instance[]) {
  const [first] = running
  const many = running.length > 1
  const options = {
    type: 'question' as const,
    title: 'Quit q8s Desktop',
    message: many ? `${running.length} instances are running.` : `${first?.app.title} is running.`,
    detail: 'They can go on without this window, and are here again at the next start.',
    buttons: [...BUTTONS],
    defaultId: 0,
    cancelId: CANCEL,
    noLink: true,
    checkboxLabel: 'Do this every time'
  }
  if (!many) options.detail = 'It can go on without this window, and is here again at the next start.'
  const window = currentWindow()
  const { response, checkboxChecked } = await (window
    ? dialog.showMessageBox(window, options)
    : dialog.showMessageBox(options))
  const answers: Record<number, Exclude<Settings['onQuit'], 'ask'>> = { 0: 'keep', 1: 'stop' }
  return { answer: answers[response], remember: checkboxChecked }
}

/** One that does not stop is told in the log: it must not keep the others, or the app, from ending. */
async function stopAll(host: Host, running: readonly Instance[]) {
  const { instances } = host.client().platform
  await Promise.all(
    running.map(({ id }) => instances.stop({ id }).catch((error: unknown) => console.error(error)))
  )
}
