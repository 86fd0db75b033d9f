/** The embedded local platform with an engine of plain child processes. */
import { platformSuite } from '../platform.suite.ts'
import { createFakeEngine } from './fake-engine.ts'
import { createLocalHome } from './local-home.ts'

platformSuite({
  name: 'the local platform',
  patience: 10_000,
  async open() {
    const home = await createLocalHome({ engines: [createFakeEngine()] })
    const { as } = await home.openAll()
    return {
      as,
      close: home.remove
    }
  }
})
