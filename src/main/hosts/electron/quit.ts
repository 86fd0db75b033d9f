/** Quitting: asks about jobs it would cancel and what becomes of running instances, then waits until jobs have cleaned up. */
import { app, dialog, type MessageBoxOptions } from 'electron'
import type { Host } from '#main/compose.ts'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import type { Settings } from '#shared/system.ts'
import { currentWindow } from './window.ts'

const BUTTONS = ['Keep running', 'Stop', 'Cancel'] as const
const CANCEL = 2

/** Place of the button that does not quit while jobs go on. */
const STAY = 1

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
    const jobs = (await host.client().jobs.list()).filter(({ state }) => state === 'running')
    return (await mayCancel(jobs)) && (await mayLeave(host, jobs))
  } catch (error) {
    // A platform that cannot be asked must not keep the user from quitting; instances go on without us.
    host.log.error(error)
    return true
  }
}

/** Jobs are cancelled with the app: whoever waits for an upload or an image has to know. */
async function mayCancel(jobs: readonly Job[]): Promise<boolean> {
  const [first] = jobs
  if (!first) return true
  const many = jobs.length > 1
  const { response } = await showQuestion({
    message: many ? `${jobs.length} jobs are not done yet.` : `${first.title} is not done yet.`,
    detail: `Quitting cancels ${many ? 'them' : 'it'}. Nothing is left half done.`,
    buttons: [many ? 'Cancel them and quit' : 'Cancel it and quit', 'Stay'],
    defaultId: STAY,
    cancelId: STAY
  })
  return response !== STAY
}

/** What a job is starting goes with the job. */
async function mayLeave(host: Host, jobs: readonly Job[]): Promise<boolean> {
  const { system } = host.client()
  const going = new Set(jobs.map(({ result }) => result?.instanceId))
  const running = (await runningInstances(host)).filter(({ id }) => !going.has(id))
  if (running.length === 0) return true
  const { onQuit } = await system.settings()
  const choice = onQuit === 'ask' ? await ask(running) : { answer: onQuit, remember: false }
  if (choice.answer === undefined) return false
  if (choice.remember) await system.saveSettings({ onQuit: choice.answer })
  if (choice.answer === 'stop') await stopAll(host, running)
  return true
}

async function runningInstances(host: Host): Promise<Instance[]> {
  const all = await host.client().platform.instances.list({})
  return all.filter(({ state }) => state === 'starting' || state === 'ready')
}

async function ask(running: readonly Instance[]) {
  const [first] = running
  const many = running.length > 1
  const { response, checkboxChecked } = await showQuestion({
    message: many ? `${running.length} instances are running.` : `${first?.app.title} is running.`,
    detail: many
      ? 'They can go on without this window, and are here again at the next start.'
      : 'It can go on without this window, and is here again at the next start.',
    buttons: [...BUTTONS],
    defaultId: 0,
    cancelId: CANCEL,
    checkboxLabel: 'Do this every time'
  })
  const answers: Record<number, Exclude<Settings['onQuit'], 'ask'>> = { 0: 'keep', 1: 'stop' }
  return { answer: answers[response], remember: checkboxChecked }
}

function showQuestion(question: Omit<MessageBoxOptions, 'type' | 'title' | 'noLink'>) {
  const options = { type: 'question' as const, title: 'Quit q8s Desktop', noLink: true, ...question }
  const window = currentWindow()
  return window ? dialog.showMessageBox(window, options) : dialog.showMessageBox(options)
}

/** One that does not stop is told in the log: it must not keep the others, or the app, from ending. */
async function stopAll(host: Host, running: readonly Instance[]) {
  const { instances } = host.client().platform
  await Promise.all(running.map(({ id }) => instances.stop({ id }).catch(host.log.error)))
}
