/** Quitting: asks about running jobs and instances, cancels the jobs, then waits for their clean-up. */
import { setTimeout as pause } from 'node:timers/promises'
import { app, BrowserWindow, dialog, type MessageBoxOptions } from 'electron'
import type { Host } from '#main/compose.ts'
import type { Instance } from '#shared/instance.ts'
import { isStartingOrReady } from '#shared/instance-state.ts'
import { jobTitle } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'
import { plainText } from '#shared/text.ts'
import { destroyAppWindows } from './app-window.ts'
import { type QuitQuestion, quitQuestion } from './quit-question.ts'
import { currentWindow } from './window.ts'

/** Milliseconds the core has to end: stopping instances and cleaning up after jobs takes less. */
const CORE_MS = 60_000
/** Milliseconds our own pages then have to hand over unsaved text. */
const PAGES_MS = 5_000

/**
 * A second request to quit does not wait if the first one is being carried out. `leave` is called once quitting is
 * certain. The returned function returns whether the app is ending: then nothing may be opened.
 */
export function quitInOrder(host: Host, leave: () => Promise<void>): () => boolean {
  let state: 'open' | 'asking' | 'ending' = 'open'
  // A signal comes from a program or a terminal: there is no user to ask.
  let unattended = false
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.on(signal, () => {
      unattended = true
      app.quit()
    })
  }
  app.on('before-quit', event => {
    if (state !== 'open') return
    state = 'asking'
    event.preventDefault()
    void (unattended ? Promise.resolve([]) : mayQuit(host)).then(async toStop => {
      state = toStop ? 'ending' : 'open'
      if (toStop) await end(host, leave, toStop)
    })
  })
  return () => state === 'ending'
}

/** Ends the process even if a page or the core hangs. A later start gets its own process. */
async function end(host: Host, leave: () => Promise<void>, toStop: readonly Instance[]) {
  app.releaseSingleInstanceLock()
  destroyAppWindows()
  for (const window of BrowserWindow.getAllWindows()) window.hide()
  const inOrder = async () => {
    await leave()
    await stopAll(host, toStop)
    await host.close()
  }
  const late = pause(CORE_MS).then(() => {
    throw new Error(`The app did not end in order within ${CORE_MS / 1_000} s.`)
  })
  await Promise.race([inOrder(), late]).catch(host.log.error)
  setTimeout(() => app.exit(), PAGES_MS)
  app.quit()
}

/** The instances to stop first; undefined if the user does not quit. */
async function mayQuit(host: Host): Promise<readonly Instance[] | undefined> {
  try {
    const { jobs, system } = host.client()
    const cancelled = (await jobs.list()).filter(({ state }) => state === 'running')
    // Cancelling a job also ends the instance it is starting.
    const going = new Set(cancelled.map(({ result }) => result?.instanceId))
    const running = (await runningInstances(host)).filter(({ id }) => !going.has(id))
    const { onQuit } = await system.settings()
    const question = quitQuestion(
      cancelled.map(job => plainText(jobTitle(job))),
      running.map(({ app: { title } }) => plainText(title)),
      onQuit
    )
    const { answer, remember } = question ? await ask(question) : { answer: onQuit, remember: false }
    if (answer === 'stay') return undefined
    if (remember) await system.saveSettings({ onQuit: answer })
    return answer === 'stop' ? running : []
  } catch (error) {
    // If the question fails, the user must still be able to quit.
    host.log.error(error)
    return []
  }
}

/** Empty if the platform cannot be reached: instances then keep running without the app. */
async function runningInstances(host: Host): Promise<Instance[]> {
  const all = await host.client().platform.instances.list({}).catch(host.log.error)
  return (all ?? []).filter(isStartingOrReady)
}

async function ask({ buttons, checkboxLabel, ...question }: QuitQuestion) {
  const options: MessageBoxOptions = {
    ...question,
    type: 'question',
    title: t`Quit q8s Desktop`,
    noLink: true,
    buttons: buttons.map(([label]) => label),
    // The last button always means: stay.
    cancelId: buttons.length - 1,
    ...(checkboxLabel === undefined ? {} : { checkboxLabel })
  }
  const window = currentWindow()
  const { response, checkboxChecked } = await (window
    ? dialog.showMessageBox(window, options)
    : dialog.showMessageBox(options))
  return { answer: buttons[response]?.[1] ?? 'stay', remember: checkboxChecked }
}

/** If an instance does not stop, logs it: that must not keep the other instances or the app from ending. */
async function stopAll(host: Host, running: readonly Instance[]) {
  const { instances } = host.client().platform
  await Promise.all(running.map(({ id }) => instances.stop({ id }).catch(host.log.error)))
}
