/** Small pieces of text: names that may be long or right-to-left, times and sizes with their exact value on hover. */
import { useCallback, useSyncExternalStore } from 'react'
import * as humanise from '../lib/humanise.ts'
import parts from './parts.module.css'

/** A name of someone's own making: isolated from the text around it, cut with the whole on hover. */
export function Name({ children, title }: { children: string; title?: string }) {
  return (
    <bdi className={parts.clip} title={title ?? children}>
      {children}
    </bdi>
  )
}

export function Age({ since }: { since: string }) {
  const now = useNow(1_000)
  return (
    <time dateTime={since} title={humanise.moment(since)}>
      {humanise.age(since, now)}
    </time>
  )
}

/** Time a thing has taken so far, or took. */
export function Elapsed({ from, to }: { from: string; to?: string | undefined }) {
  const now = useNow(1_000)
  const end = to === undefined ? now : new Date(to).getTime()
  return <time title={humanise.moment(from)}>{humanise.duration(end - new Date(from).getTime())}</time>
}

export function Bytes({ value }: { value: number }) {
  return <span title={humanise.exactBytes(value)}>{humanise.bytes(value)}</span>
}

/** The current time in milliseconds, told anew every `everyMs` while the page is visible. */
export function useNow(everyMs: number): number {
  const subscribe = useCallback(
    (notify: () => void) => {
      const timer = setInterval(() => document.visibilityState === 'visible' && notify(), everyMs)
      return () => clearInterval(timer)
    },
    [everyMs]
  )
  return useSyncExternalStore(subscribe, () => Math.ceil(Date.now() / everyMs) * everyMs)
}
