/** Quitting: asks about jobs it would cancel and what becomes of running instances, then waits until jobs have cleaned up. */
import { app, dialog, type MessageBoxOptions } from 'electron'
import type { Host } from '#main/compose.ts'
import type { Instance } from '#shared/instance.ts'
import { t } from '#shared/language.ts'
import { type QuitQuestion, quitQuestion } from './quit-question.ts'
import { currentWindow } from './window.ts'

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
      await host.close().catch(host.log.error)
      app.quit()
    })
  })
}

async function mayQuit(host: Host): Promise<boolean> {
  try {
    const { jobs, system } = host.client()
    const cancelled = (await jobs.list()).filter(({ state }) => state === 'running')
    // What a job is starting goes with the job.
    const going = new Set(cancelled.map(({ result }) => result?.instanceId))
    const running = (await runningInstances(host)).filter(({ id }) => !going.has(id))
    const { onQuit } = await system.settings()
    const question = quitQuestion(
      cancelled.map(({ title }) => title),
      running.map(({ app: { title } }) => title),
      onQuit
    )
    const { answer, remember } = question ? await ask(question) : { answer: onQuit, remember: false }
    if (answer === 'stay') return false
    if (remember) await system.saveSettings({ onQuit: answer })
    if (answer === 'stop') await stopAll(host, running)
    return true
  } catch (error) {
    // What cannot be asked must not keep the user from quitting.
    host.log.error(error)
    return true
  }
}

/** None of a platform that cannot be asked: they go on without us. */
async function runningInstances(host: Host): Promise<Instance[]> {
  const all = await host.client().platform.instances.list({}).catch(host.log.error)
  return (all ?? []).filter(({ state }) => state === 'starting' || state === 'ready')
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

/** One that does not stop is told in the log: it must not keep the others, or the app, from ending. */
async function stopAll(host: Host, running: readonly Instance[]) {
  const { instances } = host.client().platform
  await Promise.all(running.map(({ id }) => instances.stop({ id }).catch(host.log.error)))
}
