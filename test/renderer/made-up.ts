/** Instances, apps and jobs for tests of the window's logic. */
import type { App } from '../../src/shared/app.ts'
import type { Instance } from '../../src/shared/instance.ts'
import type { Job } from '../../src/shared/job.ts'

export const idOf = (number: number) => `00000000-0000-4000-8000-${String(number).padStart(12, '0')}`

export function instance(change: Partial<Instance> = {}): Instance {
  return {
    id: idOf(1),
    app: { id: idOf(2), name: 'ai.h2o.q.peak', version: '0.1.2', title: 'Q Peak' },
    owner: 'ada',
    visibility: 'PRIVATE',
    state: 'ready',
    url: 'http://127.0.0.1:55555/',
    createdAt: '2026-01-01T00:00:00.000Z',
    restarts: 0,
    memory: {},
    ephemeral: true,
    notices: [],
    ...change
  }
}

export function app(version: string, change: Partial<App> = {}): App {
  return {
    id: idOf(2),
    name: 'ai.h2o.q.peak',
    version,
    title: 'Q Peak',
    description: '',
    category: 'Other',
    keywords: [],
    owner: 'ada',
    visibility: 'PRIVATE',
    createdAt: '2026-01-01T00:00:00.000Z',
    updatedAt: '2026-01-01T00:00:00.000Z',
    bundle: { sha256: 'a'.repeat(64), size: 1, location: '' },
    iconLocation: '',
    ephemeral: false,
    ...change
  }
}

export function job(change: Partial<Job> = {}): Job {
  return {
    id: idOf(3),
    kind: 'run',
    subject: { code: 'name', name: 'Q Peak' },
    state: 'running',
    stage: { code: 'bundling' },
    stages: [],
    startedAt: '2026-01-01T00:00:00.000Z',
    log: [],
    ...change
  }
}
