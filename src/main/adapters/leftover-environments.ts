/** Lists and removes environments that no instance uses, with the launcher's own locks. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { z } from 'zod'
import { inUse } from '#core/clean-up/leftovers.ts'
import { resourcePath } from '#core/host/resources.ts'
import type { LeftoverPlace } from '#core/ports.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Leftover } from '#shared/upkeep.ts'
import type { Python } from './engine-process/python.ts'

export interface EnvironmentsOptions {
  /** Shown to users: `environments of containers`. */
  readonly name: string
  /** Folder the launcher stores them in. */
  readonly folder: string
  readonly python: () => Promise<Python>
}

/** Milliseconds after which an environment is probably no longer wanted. */
const OLD = 14 * 24 * 3_600_000
/** Milliseconds a removal may take: environments have tens of thousands of files. */
const PATIENCE = 5 * 60_000
/** Maximum bytes a list may have. */
const LARGEST = 8 * 1024 * 1024
/** Exit status if the environment is in use. */
const IN_USE = 3

const Found = z.array(
  z.object({
    name: z.string(),
    bytes: z.number().min(0),
    /** Seconds since the epoch. */
    usedAt: z.number(),
    python: z.string(),
    /** The package that describes it best, of `count` packages. */
    packages: z.record(z.string(), z.string()),
    count: z.number(),
    /** False if its build or removal was interrupted. */
    whole: z.boolean()
  })
)

export function environmentsPlace({ name, folder, python }: EnvironmentsOptions): LeftoverPlace {
  async function ask(words: readonly string[], signal?: AbortSignal): Promise<string> {
    const { executable } = await python()
    const script = resourcePath('upkeep/environments.py')
    return new Promise((resolve, reject) => {
      const options = { timeout: PATIENCE, maxBuffer: LARGEST, windowsHide: true, ...(signal && { signal }) }
      // -B: Python must not write to files that ship with the app.
      execFile(executable, ['-I', '-B', script, ...words], options, (error, stdout, stderr) => {
        if (!error) resolve(stdout)
        else if (signal?.aborted) reject(new AppError('CANCELLED', t`Cancelled.`))
        else if (error.code === IN_USE) reject(inUse(t`The environment`))
        else reject(refused(folder, stderr, error))
      })
    })
  }

  return {
    name,
    async list(signal) {
      if (!existsSync(folder)) return []
      return Found.parse(JSON.parse(await ask(['list', folder], signal))).map(
        ({ name, bytes, usedAt, ...facts }) =>
          environmentLeftover({ id: name, size: bytes, usedAt: usedAt * 1000, ...facts })
      )
    },
    // This has no signal: a removal must not be aborted half-way.
    remove: async id => void (await ask(['remove', folder, id]))
  }
}

interface EnvironmentFacts {
  readonly id: string
  readonly python: string
  readonly packages: Readonly<Record<string, string>>
  /** Number of packages, if `packages` does not hold all of them. */
  readonly count?: number
  /** Bytes. */
  readonly size: number
  /** Milliseconds since the epoch. */
  readonly usedAt: number
  readonly whole: boolean
}

export function environmentLeftover(facts: EnvironmentFacts): Leftover {
  const { id, size, usedAt, whole } = facts
  return {
    id,
    kind: 'environment',
    title: whole ? titleOf(facts) : t`Unfinished environment`,
    size,
    usedAt: new Date(usedAt).toISOString(),
    proposed: !whole || Date.now() - usedAt > OLD
  }
}

/** `Python 3.11.4 with h2o-wave 1.1.1 and 24 more`. */
function titleOf({ python, packages, count = Object.keys(packages).length }: EnvironmentFacts): string {
  const names = Object.keys(packages)
  const first = names.includes('h2o-wave') ? 'h2o-wave' : names.sort()[0]
  if (first === undefined) return t`Python ${python} without packages`
  const one = `${first} ${packages[first]}`
  if (count === 1) return t`Python ${python} with ${one}`
  return t`Python ${python} with ${one} and ${count - 1} more`
}

function refused(folder: string, stderr: string, cause: Error): AppError {
  const last = stderr.trim().split('\n').at(-1) || cause.message
  return new AppError(
    'UNAVAILABLE',
    t`The environments in ${folder} could not be checked: ${last.replace(/\.$/, '')}.`,
    t`Check who owns the folder and its permissions.`,
    { cause }
  )
}
