/** Events that deserve a notification: jobs that ended, instances that became ready or failed. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Client } from '#shared/contract.ts'
import type { HostEvent } from '#shared/host-events.ts'
import type { Instance } from '#shared/instance.ts'
import type { Job } from '#shared/job.ts'
import { jobTitle } from '#shared/job-title.ts'
import { t } from '#shared/language.ts'

/** A click on the notification shows `about`. */
export interface News {
  readonly title: string
  readonly body: string
  readonly about: Extract<HostEvent, { kind: 'job' | 'instance' }>
}
export type Notice = (news: News) => void

/** Milliseconds before a failed watch (the disk is full, another process holds the state) starts again. */
const PAUSE = 5_000

/** Reports new events until the signal aborts; `broke` is called with the error if a watch fails. */
export function followNews(
  client: Pick<Client, 'jobs' | 'platform'>,
  notice: Notice,
  signal: AbortSignal,
  broke: (error: unknown) => void,
  pause = PAUSE
): void {
  const each = <T>(open: () => Promise<AsyncIterable<T>>, take: (item: T) => void) =>
    void follow(open, take, signal, broke, pause)
  const say = (news: News | undefined) => {
    if (news && !signal.aborted) notice(news)
  }
  const running = new Set<string>()
  each(
    () => client.jobs.watch({}, { signal }),
    job => {
      if (job.state === 'running') running.add(job.id)
      else if (running.delete(job.id)) say(newsOfJob(job))
    }
  )
  const states = new Map<string, Instance['state']>()
  let first = true
  each(
    () => client.platform.instances.watch({}, { signal }),
    ({ changed, removed }) => {
      for (const instance of changed) {
        const before = states.get(instance.id)
        states.set(instance.id, instance.state)
        if (!first && before !== instance.state) say(newsOfInstance(instance))
      }
      for (const id of removed) states.delete(id)
      first = false
    }
  )
}

/** Undefined if the user cancelled the job, or if the instance it started reports for itself. */
function newsOfJob(job: Job): News | undefined {
  const { id, kind, state, error, result } = job
  const startsInstances = kind === 'start' || kind === 'restart' || result?.instanceId !== undefined
  const about = { kind: 'job' as const, id }
  if (state === 'failed' && result?.instanceId === undefined)
    return { title: t`${jobTitle(job)} failed`, body: error?.message ?? t`Its job says why.`, about }
  if (state === 'done' && !startsInstances) return { title: jobTitle(job), body: t`Done.`, about }
  return undefined
}

function newsOfInstance({ id, app, ephemeral, state, reason }: Instance): News | undefined {
  const about = { kind: 'instance' as const, id, ephemeral }
  if (state === 'failed')
    return { title: t`${app.title} failed`, body: reason?.message ?? t`Its log says why.`, about }
  if (state !== 'ready') return undefined
  const body = ephemeral ? t`It runs on this computer.` : t`Version ${app.version}`
  return { title: t`${app.title} is ready`, body, about }
}

async function follow<T>(
  open: () => Promise<AsyncIterable<T>>,
  take: (item: T) => void,
  signal: AbortSignal,
  broke: (error: unknown) => void,
  pause: number
): Promise<void> {
  while (!signal.aborted) {
    try {
      for await (const item of await open()) take(item)
      return
    } catch (error) {
      if (!signal.aborted) broke(error)
    }
    await delay(pause, undefined, { signal }).catch(() => undefined)
  }
}
