/** The place of each encrypted value. It is part of the encryption: a value moved elsewhere does not decrypt. */

/** The value of a key of a user's secret. */
export function secretPlace(owner: string, name: string, key: string): string {
  return JSON.stringify([owner, name, key])
}

/** The environment given to an instance. */
export const OVERRIDES = 'instance overrides'

/** The values of a project's run options. */
export function runOptionsPlace(owner: string, folder: string): string {
  return JSON.stringify(['run options', owner, folder])
}
