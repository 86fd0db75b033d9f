/** The process engine, with the Python of this computer. */
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import { engineSuite, processesIn } from './engine.suite.ts'

const { available, message } = await createProcessEngine({ cacheFolder: '.' }).check()

engineSuite({
  kind: 'process',
  skipped: available ? undefined : message,
  create: (cacheFolder, env) => createProcessEngine({ cacheFolder, ...(env ? { env } : {}) }),
  leftovers: spec => processesIn(spec.runFolder),
  volumeInApp: spec => spec.volumeFolder ?? ''
})
