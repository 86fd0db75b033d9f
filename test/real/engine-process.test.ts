/** The process engine, with the Python of this computer. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect } from 'vitest'
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import { readLauncherState } from '#adapters/launcher-files.ts'
import { engineSuite, processesIn } from './engine.suite.ts'

const folder = await mkdtemp(join(tmpdir(), 'q8s-python-'))
const { available, message } = await createProcessEngine({ cacheFolder: folder }).check()
await rm(folder, { recursive: true })

engineSuite({
  kind: 'process',
  skipped: available ? undefined : message,
  create: (cacheFolder, env) => createProcessEngine({ cacheFolder, ...(env ? { env } : {}) }),
  leftovers: spec => processesIn(spec.runFolder),
  async killLauncher(spec) {
    const state = await readLauncherState(spec.runFolder)
    process.kill(state?.pid ?? Number.NaN, 'SIGKILL')
  },
  placesInApp: spec => ({
    appRoot: join(spec.runFolder, 'app'),
    environment: expect.stringMatching(/[\\/]envs[\\/][0-9a-f]{32}$/)
  }),
  volumeInApp: spec => spec.volumeFolder ?? ''
})
