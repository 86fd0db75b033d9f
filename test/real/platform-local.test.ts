/** The embedded local platform with the engines of this computer, real launchers and real Python. */
import { execFileSync } from 'node:child_process'
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import { createLocalHome } from '../adapters/local-home.ts'
import { platformSuite } from '../platform.suite.ts'

platformSuite({
  name: 'the local platform on the process engine',
  skipped: pythonProblem(),
  patience: 120_000,
  async open() {
    const home = await createLocalHome({ engines: [] })
    const engines = [createProcessEngine({ cacheFolder: home.folders.cache })]
    const anna = await home.open({ user: 'anna', engines })
    const ben = await home.open({ user: 'ben', engines })
    return { as: user => (user === 'anna' ? anna : ben), close: home.remove }
  }
})

function pythonProblem(): string | undefined {
  try {
    execFileSync('python3', ['-c', 'import venv, ensurepip'], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'no python3 with venv'
  }
}
