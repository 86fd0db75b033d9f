/** All encrypted values of all users, to remove them from data that leaves this computer. No client gets them. */
import type { SecretValues } from '#core/ports.ts'
import { AppError, reportOf } from '#shared/errors.ts'
import type { Home } from './home.ts'
import { OVERRIDES, runOptionsPlace, secretPlace } from './sealed-places.ts'

interface Sealed {
  readonly value: Uint8Array
  readonly place: string
  readonly texts: (text: string) => readonly string[]
}

export async function readSecretValues({ store: open, keyring }: Home): Promise<SecretValues> {
  const store = await open()
  const secrets = store.all<{ owner: string; name: string; key: string; value: Uint8Array }>(
    'SELECT owner, name, key, value FROM secrets'
  )
  const overrides = store.all<{ value: Uint8Array }>(
    'SELECT overrides AS value FROM instances WHERE overrides IS NOT NULL'
  )
  const options = store.all<{ owner: string; folder: string; value: Uint8Array }>(
    'SELECT owner, folder, sealed AS value FROM run_options WHERE sealed IS NOT NULL'
  )
  const sealed: readonly Sealed[] = [
    ...secrets.map(({ owner, name, key, value }) => ({
      ...{ value, place: secretPlace(owner, name, key) },
      texts: (text: string) => [text]
    })),
    ...overrides.map(({ value }) => ({ value, place: OVERRIDES, texts: textsIn })),
    ...options.map(({ owner, folder, value }) => ({
      ...{ value, place: runOptionsPlace(owner, folder) },
      texts: textsIn
    }))
  ]
  const values: string[] = []
  let problem: SecretValues['problem']
  for (const { value, place, texts } of sealed) {
    try {
      values.push(...texts(await keyring.open(value, place)))
    } catch (error) {
      const { message, hint } = reportOf(error)
      problem ??= { message, hint }
    }
  }
  return problem ? { values, problem } : { values }
}

/** The plain values in a record or list of overrides. References to secrets are not values. */
function textsIn(json: string): readonly string[] {
  return Object.values(JSON.parse(json) as object).filter(value => typeof value === 'string')
}

/** UNAVAILABLE or FORBIDDEN if the secrets or their key cannot be read. */
export async function checkSecrets(home: Home): Promise<void> {
  await home.keyring.check()
  const { problem } = await readSecretValues(home)
  if (problem) throw new AppError('UNAVAILABLE', problem.message, problem.hint)
}
