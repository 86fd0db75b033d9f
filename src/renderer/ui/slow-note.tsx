/** Explains a wait; shown after ten seconds, since a short wait needs no explanation. */
import { type ReactNode, useState } from 'react'
import parts from './parts.module.css'
import { usePassed } from './text.tsx'

/** Milliseconds after which a wait is explained. */
export const SLOW_MS = 10_000

export function SlowNote({ children }: { children: ReactNode }) {
  const [begun] = useState(() => new Date().toISOString())
  return usePassed(begun) > SLOW_MS ? (
    <p role="status" className={parts.slow}>
      {children}
    </p>
  ) : null
}
