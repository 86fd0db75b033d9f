/** Watch mode: runs the project in the window again after each change of its files, if the user turned it on. */
import { useQueryClient } from '@tanstack/react-query'
import { useEffect } from 'react'
import { create } from 'zustand'
import type { Client } from '#shared/contract.ts'
import type { Job } from '#shared/job.ts'
import { type Host, useHost } from '../host/client.ts'
import { follow } from '../host/follow.ts'
import { JOBS_KEY } from '../host/live.ts'
import { useView } from '../window/view.ts'
import { type ProjectActions, useProjectActions } from './project.ts'

/** Lasts only while the window is open: after a restart, nothing runs unless the user asks. */
const useStore = create<{ readonly paths: readonly string[] }>(() => ({ paths: [] }))

export function setWatching(path: string, on: boolean): void {
  useStore.setState(({ paths }) => ({
    paths: on ? [...paths.filter(other => other !== path), path] : paths.filter(other => other !== path)
  }))
}

export function useWatching(path: string | undefined): boolean {
  return useStore(({ paths }) => path !== undefined && paths.includes(path))
}

/** Watches the project in the window; use once per window. */
export function useWatchMode(path: string | undefined): void {
  const host = useHost()
  const queries = useQueryClient()
  const actions = useProjectActions()
  const on = useWatching(path)
  useEffect(() => {
    if (path === undefined || !on) return
    const stop = new AbortController()
    const runningJob = () => {
      const id = useView.getState().runs[path]?.jobId
      const jobs = queries.getQueryData<Job[]>(JOBS_KEY)
      return jobs?.find(job => job.id === id && job.state === 'running')
    }
    void followChanges({ host, path, actions, runningJob, signal: stop.signal })
    return () => stop.abort()
  }, [host, queries, actions, path, on])
}

interface Watch {
  readonly host: Host
  readonly path: string
  readonly actions: ProjectActions
  readonly runningJob: () => Job | undefined
  readonly signal: AbortSignal
}

function followChanges(watch: Watch): Promise<void> {
  const { host, path, signal } = watch
  let going: Promise<void> | undefined
  let again = false
  /** All changes made during a run lead to one more run. */
  const runAgain = async () => {
    do {
      again = false
      await runOnce(watch)
    } while (again && !signal.aborted)
    going = undefined
  }
  return follow(host, signal, {
    open: () => host.client.projects.changes({ path }, { signal }),
    // Other parts of the window show that the folder cannot be read or the connection is lost.
    each() {
      if (going) again = true
      else going = runAgain()
    }
  })
}

/** Stops the instance a running start has created, so that its log is kept; waits if the start is still bundling. */
async function runOnce({ host: { client }, path, actions, runningJob }: Watch): Promise<void> {
  const job = runningJob()
  if (job) {
    const id = job.result?.instanceId
    if (id !== undefined) await client.platform.instances.stop({ id }).catch(() => undefined)
    await untilEnded(client, job.id)
  }
  await actions.run(path, { save: false })
}

async function untilEnded(client: Client, id: string): Promise<void> {
  try {
    for await (const { state } of await client.jobs.watch({ id })) if (state !== 'running') return
  } catch {
    // A job the host no longer knows has ended.
  }
}
