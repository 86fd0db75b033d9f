/** Small pieces of text: names that may be long or right-to-left, times and sizes with their exact value on hover. */
import { useSyncExternalStore } from 'react'
import { t } from '#shared/language.ts'
import { parseQuantity } from '#shared/quantity.ts'
import { visibleText } from '#shared/text.ts'
import * as humanise from '../labels/humanise.ts'
import parts from './parts.module.css'

const clock = createClock(1_000)
/** Milliseconds since 1970, updated every second while the window is visible. */
const useNow = () => useSyncExternalStore(clock.listen, clock.now)

/** Start times being measured, each with the time passed (`passed`) at a reading of the steady clock (`at`). */
const counted = new Map<string, { readonly at: number; readonly passed: number }>()
const COUNTED_LIMIT = 500

/**
 * Milliseconds since a time, updated every second. After the first reading it uses a steady clock: if the computer's
 * clock is changed, a duration does not become negative or jump by a day.
 */
export function usePassed(since: string): number {
  const steady = useSyncExternalStore(clock.listen, clock.steady)
  const known = counted.get(since)
  if (known) return known.passed + Math.max(0, steady - known.at)
  const passed = Math.max(0, Date.now() - new Date(since).getTime())
  for (const oldest of counted.keys()) if (counted.size >= COUNTED_LIMIT) counted.delete(oldest)
  counted.set(since, { at: performance.now(), passed })
  return passed
}

/** A user-given name: shows hidden characters, isolates its text direction, and cuts it if long (whole on hover). */
export function Name({ children, title }: { children: string; title?: string }) {
  const shown = visibleText(children)
  return (
    <bdi className={parts.clip} title={title === undefined ? shown : visibleText(title)}>
      {shown}
    </bdi>
  )
}

export function Age({ since }: { since: string }) {
  const now = useNow()
  return (
    <time dateTime={since} title={humanise.moment(since)}>
      {humanise.age(since, now)}
    </time>
  )
}

/** `5h ago`, in a sentence. */
export function Ago({ since }: { since: string }) {
  const age = humanise.age(since, useNow())
  return (
    <time dateTime={since} title={humanise.moment(since)}>
      {age === t`now` ? t`just now` : t`${age} ago`}
    </time>
  )
}

/** How long something has taken so far, or took in total. */
export function Elapsed({ from, to }: { from: string; to?: string | undefined }) {
  const passed = usePassed(from)
  const took = to === undefined ? passed : new Date(to).getTime() - new Date(from).getTime()
  return <time title={humanise.moment(from)}>{humanise.duration(took)}</time>
}

export function Bytes({ value }: { value: number }) {
  return <span title={humanise.exactBytes(value)}>{humanise.bytes(value)}</span>
}

/** A byte quantity from a manifest, formatted like all sizes; text that is not a quantity stays as it is. */
export function Quantity({ text }: { text: string }) {
  const value = parseQuantity(text)
  return value === undefined ? <Name>{text}</Name> : <Bytes value={value} />
}

/** Processor time in use: `41 %` of one core. */
export function Cores({ value }: { value: number }) {
  return <span title={t`${value.toFixed(3)} cores`}>{humanise.percent(value)}</span>
}

/** One ticking clock for every age on screen; it pauses while the window is hidden. */
function createClock(everyMs: number) {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let steady = performance.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const read = () => {
    now = Date.now()
    steady = performance.now()
  }
  const tick = () => {
    if (document.visibilityState !== 'visible') return
    read()
    for (const listener of listeners) listener()
  }
  return {
    now: () => now,
    /** Milliseconds of the steady clock, which cannot be set. */
    steady: () => steady,
    listen(listener: () => void) {
      listeners.add(listener)
      if (listeners.size === 1) {
        read()
        timer = setInterval(tick, everyMs)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearInterval(timer)
      }
    }
  }
}
