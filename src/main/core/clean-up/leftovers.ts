/** Files that old runs and bundles left in all places of this computer, as one list. */
import { AppError, reportOf } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { Leftover } from '#shared/upkeep.ts'
import type { LeftoverPlace } from '../ports.ts'

export interface Leftovers {
  /** The leftovers of every readable place; `unknown` says why others could not be read. */
  list(
    signal?: AbortSignal
  ): Promise<{ readonly leftovers: readonly Leftover[]; readonly unknown: readonly string[] }>
  remove(id: string, signal?: AbortSignal): Promise<void>
}

/** Each ID is the place's key, "/", and the place's own ID. */
export function joinLeftovers(places: ReadonlyMap<string, LeftoverPlace>): Leftovers {
  return {
    async list(signal) {
      const leftovers: Leftover[] = []
      const unknown: string[] = []
      await Promise.all(
        [...places].map(async ([key, place]) => {
          try {
            for (const it of await place.list(signal)) leftovers.push({ ...it, id: `${key}/${it.id}` })
          } catch (error) {
            signal?.throwIfAborted()
            unknown.push(t`What ${place.name} take up is not known. ${reportOf(error).message}`)
          }
        })
      )
      return { leftovers, unknown }
    },
    async remove(id, signal) {
      const at = id.indexOf('/')
      const place = places.get(id.slice(0, at))
      if (!place) throw new AppError('NOT_FOUND', t`There is nothing to clean up called ${id}.`)
      await place.remove(id.slice(at + 1), signal)
    }
  }
}

/** The error for an item that is in use since the list was made. */
export function inUse(title: string): AppError {
  return new AppError(
    'CONFLICT',
    t`${title} is in use now, and stays.`,
    t`Stop what runs, then clean up again.`
  )
}
