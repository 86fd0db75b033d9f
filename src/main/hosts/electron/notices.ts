/** What the app does outside of its windows, where the user has asked for it: notifications, and an icon in the tray. */
import { app, BrowserWindow, Menu, Notification, nativeImage, Tray } from 'electron'
import { resourcePath } from '#core/resources.ts'
import type { Host } from '#main/compose.ts'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'

export interface Notices {
  hasTray(): boolean
  /** Obeys the settings from now on, each change of them at once. */
  follow(): void
}

export function createNotices(host: Host, show: () => void): Notices {
  let tray: Tray | undefined
  let telling: AbortController | undefined

  async function obey() {
    const { notify, tray: wanted } = await host.client().system.settings()
    if (wanted) tray ??= createTray(show)
    else {
      tray?.destroy()
      tray = undefined
    }
    if (!notify) telling?.abort()
    else if (!telling || telling.signal.aborted) {
      telling = new AbortController()
      tellEnds(host, show, telling.signal)
    }
  }

  return {
    hasTray: () => tray !== undefined,
    follow() {
      const tryObeying = () => void obey().catch((error: unknown) => console.error(error))
      host.onSettings(tryObeying)
      tryObeying()
    }
  }
}

function createTray(show: () => void): Tray {
  const tray = new Tray(nativeImage.createFromPath(resourcePath('icons/tray.png')))
  tray.setToolTip('q8s Desktop')
  tray.setContextMenu(
    Menu.buildFromTemplate([
      { label: 'Open q8s Desktop', click: show },
      { type: 'separator' },
      { label: 'Quit', click: () => app.quit() }
    ])
  )
  tray.on('click', show)
  return tray
}

/** Ended jobs and failed instances, while no window of ours is in front. */
function tellEnds(host: Host, show: () => void, signal: AbortSignal) {
  const { jobs, platform } = host.client()
  const say = (title: string, body: string) => {
    if (signal.aborted || BrowserWindow.getFocusedWindow() || !Notification.isSupported()) return
    const notification = new Notification({ title, body })
    notification.on('click', show)
    notification.show()
  }
  const running = new Set<string>()
  const failed = new Set<string>()
  void each(jobs.watch({}, { signal }), job => tellJob(job, running, say))
  let first = true
  void each(platform.instances.watch({}, { signal }), ({ changed }) => {
    for (const instance of changed) tellInstance(instance, failed, first ? () => undefined : say)
    first = false
  })
}

type Say = (title: string, body: string) => void

function tellJob(job: Job, running: Set<string>, say: Say) {
  if (job.state === 'running') running.add(job.id)
  else if (running.delete(job.id) && job.state !== 'cancelled') {
    say(job.title, job.state === 'done' ? 'Done.' : (job.error?.message ?? 'It failed.'))
  }
}

function tellInstance(instance: Instance, failed: Set<string>, say: Say) {
  if (instance.state !== 'failed') failed.delete(instance.id)
  else if (!failed.has(instance.id)) {
    failed.add(instance.id)
    say(`${instance.app.title} failed`, instance.reason?.message ?? 'Its log says why.')
  }
}

async function each<T>(opening: Promise<AsyncIterable<T>>, take: (item: T) => void): Promise<void> {
  try {
    for await (const item of await opening) take(item)
  } catch (error) {
    if (!(error instanceof Error) || error.name !== 'AbortError') console.error(error)
  }
}
