/** The diagnosis of how packages are reached: as it is configured, and, where that is asked for, as it is. */
import { chooseEngine } from '#core/engine-choice.ts'
import type { Engine } from '#core/ports.ts'
import { AppError, reportOf } from '#shared/errors.ts'
import type { Check, Settings } from '#shared/system.ts'

/** Asks nothing of the network. */
export async function checkNetwork(env: NodeJS.ProcessEnv): Promise<Check> {
  const { installSettings, missingCertificates } = await import('#adapters/host-settings.ts')
  const [settings, missing] = await Promise.all([installSettings(env), missingCertificates(env)])
  const proxies = Object.entries(settings.env).filter(([name]) => /^(https?|all)_proxy$/i.test(name))
  const wrong = proxies.filter(([, value]) => !URL.canParse(value)).map(([name]) => `${name} is no address`)
  const index = settings.env.PIP_INDEX_URL ?? settings.env.UV_DEFAULT_INDEX ?? settings.env.UV_INDEX_URL
  const details = [
    `Packages come from ${index ? place(index) : 'the usual index, pypi.org'}.`,
    ...proxies.map(([name, value]) => `${name}: ${place(value)}`),
    settings.certificates
      ? `Certificates of ${settings.certificates} are trusted.`
      : 'No certificates besides those of the system and of Python are configured.'
  ]
  const common = {
    id: 'network',
    title: 'Certificates and proxy',
    checked:
      'What the environment and pip’s configuration say of proxies, certificates and the package index',
    details
  } as const
  const problems = [...missing.map(problem => `${problem}, which is not there`), ...wrong]
  if (problems.length === 0) {
    const through = proxies.length > 0 ? 'through a proxy' : 'directly'
    return {
      ...common,
      state: 'ok',
      message: `Packages are fetched ${through}. Nothing was sent to check it.`
    }
  }
  return {
    ...common,
    state: 'notice',
    message: `Installing packages may fail: ${problems.join('; ')}.`,
    hint: 'Mend the variable or unset it, then start q8s again.'
  }
}

/** Installs a small package with the engine that would run an app now. */
export async function checkConnection(
  engines: readonly Engine[],
  choice: Settings['engine'],
  env: NodeJS.ProcessEnv,
  signal: AbortSignal
): Promise<Check> {
  const configured = await checkNetwork(env)
  const chosen = await chooseEngine(engines, choice, signal).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'UNAVAILABLE') return error
    throw error
  })
  if (chosen instanceof AppError) {
    const message = `There is nothing to install with: ${chosen.message}`
    return { ...configured, state: 'skipped', message, hint: chosen.hint ?? 'Mend that first, see above.' }
  }
  const { engine } = chosen
  const where = engine.kind === 'docker' ? 'in a container of Docker' : 'by the Python of this computer'
  const checked = `Installing a small package ${where}, as for an app`
  const result = await engine.testConnection(signal).catch(error => {
    signal.throwIfAborted()
    return { ok: false, ...reportOf(error) }
  })
  const { hint, ...common } = { ...configured, checked, message: result.message }
  return result.ok
    ? { ...common, state: 'ok' }
    : { ...common, state: 'failed', hint: result.hint ?? hint ?? 'Check the network.' }
}

/** An address without the user and password in it. */
function place(address: string): string {
  if (!URL.canParse(address)) return 'an address that cannot be read'
  const url = new URL(address)
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`
}
