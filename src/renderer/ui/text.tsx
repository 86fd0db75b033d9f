/** Small pieces of text: names that may be long or right-to-left, times and sizes with their exact value on hover. */
import { useSyncExternalStore } from 'react'
import * as humanise from '../lib/humanise.ts'
import parts from './parts.module.css'

const clock = createClock(1_000)
/** Milliseconds since 1970, told every second while the window is on screen. */
export const useNow = () => useSyncExternalStore(clock.listen, clock.now)

/** A name of someone's own making: isolated from the text around it, cut with the whole on hover. */
export function Name({ children, title }: { children: string; title?: string }) {
  return (
    <bdi className={parts.clip} title={title ?? children}>
      {children}
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

/** Time a thing has taken so far, or took. */
export function Elapsed({ from, to }: { from: string; to?: string | undefined }) {
  const now = useNow()
  const end = to === undefined ? now : new Date(to).getTime()
  return <time title={humanise.moment(from)}>{humanise.duration(end - new Date(from).getTime())}</time>
}

export function Bytes({ value }: { value: number }) {
  return <span title={humanise.exactBytes(value)}>{humanise.bytes(value)}</span>
}

/** One ticking clock for every age on screen; it rests while nobody looks. */
function createClock(everyMs: number) {
  const listeners = new Set<() => void>()
  let now = Date.now()
  let timer: ReturnType<typeof setInterval> | undefined
  const tick = () => {
    if (document.visibilityState !== 'visible') return
    now = Date.now()
    for (const listener of listeners) listener()
  }
  return {
    now: () => now,
    listen(listener: () => void) {
      listeners.add(listener)
      if (listeners.size === 1) {
        now = Date.now()
        timer = setInterval(tick, everyMs)
      }
      return () => {
        listeners.delete(listener)
        if (listeners.size === 0) clearInterval(timer)
      }
    }
  }
}
