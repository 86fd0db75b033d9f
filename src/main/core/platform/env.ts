/** The environment of an app: the variables of its manifest, overridden by those given for the run. */
import { AppError } from '#shared/errors.ts'
import type { EnvOverride, MissingValue } from '#shared/instance.ts'
import type { EnvName } from '#shared/instance-details.ts'
import { t } from '#shared/language.ts'
import type { Manifest } from '#shared/manifest.ts'

export type Overrides = Readonly<Record<string, EnvOverride>>

/** The value of a key in one of the caller's secrets; undefined if it does not exist. */
export type SecretLookup = (secret: string, key: string) => Promise<string | undefined>

/** The variables of [[Env]]; `overrides` take precedence. INVALID names every missing value. */
export async function resolveEnv(
  manifest: Manifest,
  overrides: Overrides,
  secretValue: SecretLookup
): Promise<Record<string, string>> {
  for (const name of Object.keys(overrides)) requireName(name)
  const env: Record<string, string> = {}
  const missing: MissingValue[] = []
  for (const { name, value } of wantedOf(manifest, overrides)) {
    const text = typeof value === 'string' ? value : await secretValue(value.secret, value.key)
    if (text !== undefined) env[name] = text
    else if (typeof value !== 'string') missing.push({ name, ...value })
  }
  if (missing.length > 0) throw missingValues(missing)
  for (const [name, value] of Object.entries(env)) if (value.includes('\0')) throw notText(name)
  return env
}

/** The manifest's variables in order; those given for the run replace them, or are added at the end. */
export function envNames({ Env }: Manifest, given: readonly string[]): EnvName[] {
  const asked = Env.map(({ Name: name, Secret, SecretKey }): EnvName => {
    if (given.includes(name)) return { name, source: 'given' }
    if (Secret === undefined) return { name, source: 'manifest' }
    return { name, source: 'secret', secret: Secret, ...(SecretKey === undefined ? {} : { key: SecretKey }) }
  })
  const others = given.filter(name => !asked.some(entry => entry.name === name))
  return [...asked, ...others.map((name): EnvName => ({ name, source: 'given' }))]
}

/** Whether the name is reserved for q8s itself. */
export function isReserved(name: string): boolean {
  return /^Q8S/i.test(name)
}

function wantedOf({ Env }: Manifest, overrides: Overrides): { name: string; value: EnvOverride }[] {
  const asked = Env.filter(({ Name }) => !Object.hasOwn(overrides, Name))
  return [
    ...asked.map(({ Name, Value, Secret = '', SecretKey = '' }) => ({
      name: Name,
      value: Value ?? { secret: Secret, key: SecretKey }
    })),
    ...Object.entries(overrides).map(([name, value]) => ({ name, value }))
  ]
}

function requireName(name: string): void {
  if (isReserved(name)) {
    throw new AppError('INVALID', t`${name} cannot be set: names beginning with Q8S are reserved.`)
  }
  if (!/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(name)) {
    throw new AppError('INVALID', t`"${name}" is not a name an environment variable can have.`)
  }
}

/** Names only the variable: the error of starting a process would show its value. */
function notText(name: string): AppError {
  return new AppError(
    'INVALID',
    t`The value of ${name} holds a NUL, which no environment variable can.`,
    t`Encode it, e.g. as base64.`
  )
}

function missingValues(missing: readonly MissingValue[]): AppError {
  const words = missing.map(({ name, secret, key }) => t`${name} (key ${key} of the secret ${secret})`)
  const bySecret = new Map<string, string[]>()
  for (const { secret, key } of missing) bySecret.set(secret, [...(bySecret.get(secret) ?? []), key])
  const commands = [...bySecret].map(
    ([secret, keys]) => `q8s-cli secret set ${secret} ${[...new Set(keys)].map(key => `${key}=…`).join(' ')}`
  )
  return new AppError(
    'INVALID',
    missing.length === 1
      ? t`The app needs a value that is not set: ${words.join(', ')}.`
      : t`The app needs values that are not set: ${words.join(', ')}.`,
    t`Set it, then try again: ${commands.join('; ')}`,
    { data: { missing: [...missing] } }
  )
}
