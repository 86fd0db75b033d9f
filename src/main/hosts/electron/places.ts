/** Stores the position of each window and which are open, at each change, so that all return however the app ends. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { z } from 'zod'
import { replaceFile } from '#core/files/files.ts'

/** Most windows one user can have open. */
export const MAX_WINDOWS = 16

/** Milliseconds between two writes: a window that is dragged moves with every frame. */
const PAUSE_MS = 250

const Bounds = z.object({
  x: z.int(),
  y: z.int(),
  width: z.int().min(640).max(100_000),
  height: z.int().min(480).max(100_000)
})
export type Bounds = z.infer<typeof Bounds>

const Place = Bounds.extend({ maximized: z.boolean() })
export type Place = z.infer<typeof Place>

/** `number` is 1 for the first window; each window's view is stored under the same number. */
const Kept = z
  .array(Place.extend({ number: z.int().min(1).max(MAX_WINDOWS), open: z.boolean() }))
  .max(MAX_WINDOWS)

export interface Places {
  /** The windows to open at a start: those that were open at the end, or the first. */
  toOpen(): readonly number[]
  /** The last place of the window with that number, open or not. */
  of(number: number): Place | undefined
  /** Records that the window is open at that place. */
  put(number: number, place: Place): void
  /**
   * Records that the user closed the window. The last open window is not recorded as closed: the next start opens it.
   */
  closed(number: number): void
  /**
   * Windows that close from now on close with the app and open again at the next start. Resolves when all is written.
   */
  leave(): Promise<void>
}

/** A file that cannot be read counts as a first start; `failed` is called with the error if a write fails. */
export function createPlaces(configFolder: string, failed: (error: unknown) => void): Places {
  const file = join(configFolder, 'windows.json')
  const places = new Map(read(file).map(({ number, ...place }) => [number, place]))
  const leaving = new AbortController()
  let changed = false
  let writing: Promise<void> | undefined

  async function write(): Promise<void> {
    while (changed) {
      changed = false
      const all = [...places].map(([number, place]) => ({ number, ...place }))
      await replaceFile(file, `${JSON.stringify(all)}\n`).catch(failed)
      await pause(PAUSE_MS, undefined, { signal: leaving.signal }).catch(() => undefined)
    }
    writing = undefined
  }
  function save() {
    changed = true
    writing ??= write()
  }
  const isOpen = (number: number) => places.get(number)?.open === true
  const open = () => [...places.keys()].filter(isOpen).sort((a, b) => a - b)

  return {
    toOpen: () => (open().length > 0 ? open() : [1]),
    of: number => places.get(number),
    put(number, place) {
      places.set(number, { ...place, open: true })
      save()
    },
    closed(number) {
      const place = places.get(number)
      if (leaving.signal.aborted || !place || open().length < 2) return
      places.set(number, { ...place, open: false })
      save()
    },
    async leave() {
      leaving.abort()
      await writing
    }
  }
}

/** The same place if it fits; otherwise moved and shrunk as little as the screen requires. */
export function fitInto(area: Bounds, { width, height, x, y }: Bounds): Bounds {
  const size = { width: Math.min(width, area.width), height: Math.min(height, area.height) }
  const within = (value: number, from: number, room: number) => Math.min(Math.max(value, from), from + room)
  return {
    ...size,
    x: within(x, area.x, area.width - size.width),
    y: within(y, area.y, area.height - size.height)
  }
}

function read(file: string) {
  try {
    return Kept.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return []
  }
}
