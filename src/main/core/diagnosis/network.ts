/** The diagnosis of how packages are reached: the configuration and, on request, an actual installation. */
import { AppError, reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Check, Settings } from '#shared/system.ts'
import { chooseEngine } from '../host/engine-choice.ts'
import type { ComputerProbe, Engine } from '../ports.ts'

/** Checks the configuration only; does not use the network. */
export async function checkNetwork(computer: ComputerProbe): Promise<Check> {
  const settings = await computer.network()
  const proxies = Object.entries(settings.env).filter(([name]) => /^(https?|all)_proxy$/i.test(name))
  const wrong = proxies
    .filter(([, value]) => !URL.canParse(value))
    .map(([name]) => t`${name} is not an address`)
  const index = settings.env.PIP_INDEX_URL ?? settings.env.UV_DEFAULT_INDEX ?? settings.env.UV_INDEX_URL
  const details = [
    index ? t`Packages come from ${place(index)}.` : t`Packages come from the usual index, pypi.org.`,
    ...proxies.map(([name, value]) => `${name}: ${place(value)}`),
    settings.certificates
      ? t`Certificates of ${settings.certificates} are trusted.`
      : t`No certificates besides those of the system and of Python are configured.`
  ]
  const common = {
    id: 'network',
    title: t`Certificates and proxy`,
    checked: t`What the environment and pip’s configuration say of proxies, certificates and the package
      index`,
    details
  } as const
  const problems = [...settings.missing, ...wrong]
  if (problems.length === 0) {
    const message =
      proxies.length > 0
        ? t`Packages are fetched through a proxy. Nothing was sent to check it.`
        : t`Packages are fetched directly. Nothing was sent to check it.`
    return { ...common, state: 'ok', message }
  }
  return {
    ...common,
    state: 'notice',
    message: t`Installing packages may fail: ${problems.join('; ')}.`,
    hint: t`Fix the variable or unset it, then start q8s again.`
  }
}

/** Installs a small package with the engine that would run an app now. */
export async function checkConnection(
  engines: readonly Engine[],
  choice: Settings['engine'],
  computer: ComputerProbe,
  signal: AbortSignal
): Promise<Check> {
  const configured = await checkNetwork(computer)
  const chosen = await chooseEngine(engines, choice, signal).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'UNAVAILABLE') return error
    throw error
  })
  if (chosen instanceof AppError) {
    const message = t`There is nothing to install with: ${chosen.message}`
    return { ...configured, state: 'skipped', message, hint: chosen.hint ?? t`Fix that first, see above.` }
  }
  const { engine } = chosen
  const checked =
    engine.kind === 'docker'
      ? t`Installing a small package in a container of Docker, as for an app`
      : t`Installing a small package by the Python of this computer, as for an app`
  const result = await engine.testConnection(signal).catch(error => {
    signal.throwIfAborted()
    return { ok: false, ...reportOf(error) }
  })
  const { hint, ...common } = { ...configured, checked, message: result.message }
  return result.ok
    ? { ...common, state: 'ok' }
    : { ...common, state: 'failed', hint: result.hint ?? hint ?? t`Check the network.` }
}

/** An address without its user and password. */
function place(address: string): string {
  if (!URL.canParse(address)) return t`an address that cannot be read`
  const url = new URL(address)
  return `${url.protocol}//${url.host}${url.pathname === '/' ? '' : url.pathname}`
}
