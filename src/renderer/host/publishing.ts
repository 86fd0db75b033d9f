/** Data of the publish sheet on a folder or bundle: its contents, whether it is published already, and its job. */
import { useQueries } from '@tanstack/react-query'
import { create } from 'zustand'
import { type App, isDeployVersion } from '#shared/app.ts'
import type { AppError } from '#shared/errors.ts'
import { hasErrors } from '#shared/finding.ts'
import type { Job } from '#shared/job.ts'
import type { Publishable } from '#shared/publishing.ts'
import { useHost } from './client.ts'
import { toAppError } from './errors.ts'
import { useApps, useJob, useJobs } from './queries.ts'

/** The last publish job of each path; an ended job stays until the user tries again. */
const usePublishJobs = create<{ readonly byPath: Readonly<Record<string, string>> }>(() => ({ byPath: {} }))

export function setPublishJob(path: string, jobId: string | undefined): void {
  usePublishJobs.setState(({ byPath: { [path]: _before, ...rest } }) => ({
    byPath: jobId === undefined ? rest : { ...rest, [path]: jobId }
  }))
}

/** The job that last published or deployed a path, if the host still knows it. */
export function usePublishJob(path: string): Job | undefined {
  return useJob(usePublishJobs(({ byPath }) => byPath[path]))
}

/** True if the publish sheet shows this job when it is open. */
export function isPublishJob(jobId: string): boolean {
  return Object.values(usePublishJobs.getState().byPath).includes(jobId)
}

/** Forgets ended jobs, so that a new sheet starts fresh; running jobs are shown again. */
export function forgetEndedJobs(jobs: readonly Job[] | undefined): void {
  const running = new Set(jobs?.filter(job => job.state === 'running').map(job => job.id))
  usePublishJobs.setState(({ byPath }) => ({
    byPath: Object.fromEntries(Object.entries(byPath).filter(([, jobId]) => running.has(jobId)))
  }))
}

export interface Candidate {
  readonly path: string
  /** Undefined while it is being inspected. */
  readonly inspection: Publishable | undefined
  readonly error: AppError | undefined
  readonly status: PublishStatus
  readonly job: Job | undefined
  /** True if a job was started for it that the host has not reported yet. */
  readonly requested: boolean
  readonly inspectAgain: () => void
}

export interface PublishStatus {
  /** True if findings prevent publishing. */
  readonly blocked: boolean
  /** The existing app with this Name and Version. */
  readonly exists: App | undefined
  /** The newest published app whose bundle is identical to this one, byte for byte. */
  readonly unchanged: App | undefined
}

/** Compares a candidate with the apps on the platform. */
export function publishStatus(
  inspection: Publishable | undefined,
  apps: readonly App[] | undefined,
  sha256: string | undefined
): PublishStatus {
  const about = inspection?.manifest?.App
  const named = apps?.filter(app => app.name === about?.Name) ?? []
  return {
    blocked: inspection !== undefined && (about === undefined || hasErrors(inspection.findings)),
    exists: named.find(app => app.version === about?.Version),
    unchanged: named.find(app => app.bundle.sha256 === sha256 && !isDeployVersion(app.version))
  }
}

/** Inspects the paths on disk and follows their publish jobs; returns a candidate for each path, in order. */
export function useCandidates(paths: readonly string[]): readonly Candidate[] {
  const { orpc } = useHost()
  const apps = useApps().data
  const jobs = useJobs()
  const jobIds = usePublishJobs(({ byPath }) => byPath)
  const fresh = { staleTime: 5_000, gcTime: 0 }
  const inspections = useQueries({
    queries: paths.map(path => orpc.publishing.look.queryOptions({ input: { path }, ...fresh }))
  })
  const digests = useQueries({
    queries: paths.map((path, index) => {
      const inspection = inspections[index]?.data
      const published = apps?.some(app => app.name === inspection?.manifest?.App.Name) ?? false
      return {
        ...orpc.publishing.digest.queryOptions({ input: { path }, ...fresh }),
        enabled: published && inspection !== undefined && !hasErrors(inspection.findings)
      }
    })
  })
  return paths.map((path, index) => {
    const inspected = inspections[index]
    const jobId = jobIds[path]
    const job = jobs?.find(other => other.id === jobId)
    return {
      path,
      inspection: inspected?.data,
      error: inspected?.error ? toAppError(inspected.error) : undefined,
      status: publishStatus(inspected?.data, apps, digests[index]?.data?.sha256),
      job,
      requested: jobId !== undefined && job === undefined,
      inspectAgain: () => void inspected?.refetch()
    }
  })
}
