/** Quitting: asks about jobs it would cancel and what becomes of running instances, then waits until jobs have cleaned up. */
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

/** Milliseconds the core has to end: instances stop and jobs clean up in less. */
const CORE_MS = 60_000
/** Milliseconds our own pages have then to hand over what is not saved. */
const PAGES_MS = 5_000

/**
 * A second request while the first is being carried out does not wait. `leave` is called once it is certain. The function
 * it gives says whether the app is ending: then it opens nothing any more.
 */
export function quitInOrder(host: Host, leave: () => Promise<void>): () => boolean {
  let state: 'open' | 'asking' | 'ending' = 'open'
  // A signal comes from a program, or from a terminal: no user is there to answer.
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

/** Neither a page nor a core that hangs keeps the process, and a start from now on is served by a process of its own. */
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

/** The instances to stop before; undefined where the user stays. */
async function mayQuit(host: Host): Promise<readonly Instance[] | undefined> {
  try {
    const { jobs, system } = host.client()
    const cancelled = (await jobs.list()).filter(({ state }) => state === 'running')
    // What a job is starting goes with the job.
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
    // What cannot be asked must not keep the user from quitting.
    host.log.error(error)
    return []
  }
}

/** None where the platform cannot be asked: they go on without the app. */
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
    // The last one always stays.
    cancelId: buttons.length - 1,
    ...(checkboxLabel === undefined ? {} : { checkboxLabel })
  }
  const window = currentWindow()
  const { response, checkboxChecked } = await (window
    ? dialog.showMessageBox(window, options)
    : dialog.showMessageBox(options))
  return { answer: buttons[response]?.[1] ?? 'stay', remember: checkboxChecked }
}

/** If an instance does not stop, the log says so: it must not keep the others, or the app, from ending. */
async function stopAll(host: Host, running: readonly Instance[]) {
  const { instances } = host.client().platform
  await Promise.all(running.map(({ id }) => instances.stop({ id }).catch(host.log.error)))
}
