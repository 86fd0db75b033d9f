/** The embedded local platform with an engine of plain child processes. */
import { platformSuite } from '../platform.suite.ts'
import { createFakeEngine } from './fake-engine.ts'
import { createLocalHome } from './local-home.ts'

platformSuite({
  name: 'the local platform',
  patience: 10_000,
  async open() {
    const home = await createLocalHome({ engines: [createFakeEngine()] })
    const platforms = { anna: await home.open({ user: 'anna' }), ben: await home.open({ user: 'ben' }) }
    return {
      as: user => platforms[user as keyof typeof platforms],
      close: home.remove
    }
  }
})
