/** The process engine, with the Python of this computer. */
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import { readLauncherState } from '#adapters/launcher-files.ts'
import { engineSuite, processesIn } from './engine.suite.ts'

const { available, message } = await createProcessEngine({ cacheFolder: '.' }).check()

engineSuite({
  kind: 'process',
  skipped: available ? undefined : message,
  create: (cacheFolder, env) => createProcessEngine({ cacheFolder, ...(env ? { env } : {}) }),
  leftovers: spec => processesIn(spec.runFolder),
  async killLauncher(spec) {
    const state = await readLauncherState(spec.runFolder)
    process.kill(state?.pid ?? Number.NaN, 'SIGKILL')
  },
  volumeInApp: spec => spec.volumeFolder ?? ''
})
