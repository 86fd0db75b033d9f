/** The diagnosis of this computer: engines, keychain and platform, each with why and what to do. */
import type { Engine } from '#core/ports.ts'
import { reportOf } from '#shared/errors.ts'
import type { Platform } from '#shared/platform.ts'
import type { Check } from '#shared/system.ts'

const ENGINE_TITLES = { docker: 'Docker', process: 'Python on this computer' } as const

export function createChecks(engines: () => Promise<readonly Engine[]>, platform: () => Promise<Platform>) {
  async function checkEngine(engine: Engine, signal?: AbortSignal): Promise<Check> {
    const { available, message, hint, notices } = await engine.check(signal)
    const words = [message, ...notices].filter(Boolean).join(' ')
    // Without Docker bundles run as processes: worth a notice, not an alarm.
    const missing = engine.kind === 'docker' ? 'notice' : 'failed'
    return {
      id: engine.kind,
      title: ENGINE_TITLES[engine.kind],
      state: available ? 'ok' : missing,
      message: words,
      hint
    }
  }

  async function checkPlatform(): Promise<Check> {
    const title = 'Local platform'
    try {
      const { notices } = await (await platform()).info()
      const message = notices.length === 0 ? 'Ready.' : notices.join(' ')
      return { id: 'platform', title, state: notices.length === 0 ? 'ok' : 'notice', message }
    } catch (error) {
      const { message, hint } = reportOf(error)
      return { id: 'platform', title, state: 'failed', message, hint }
    }
  }

  async function checkKeychain(): Promise<Check> {
    const { createKeychain } = await import('#adapters/keychain.ts')
    const probe = await createKeychain().probe()
    const title = 'Keychain'
    return probe.ok
      ? { id: 'keychain', title, state: 'ok', message: 'The keychain of this system protects the secrets.' }
      : { id: 'keychain', title, state: 'notice', message: probe.message, hint: probe.hint }
  }

  return async (signal?: AbortSignal): Promise<Check[]> => {
    const all = await engines().catch(() => [])
    return Promise.all([...all.map(engine => checkEngine(engine, signal)), checkKeychain(), checkPlatform()])
  }
}
