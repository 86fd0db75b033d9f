/** What goes on while something is waited for: said after ten seconds, for nobody reads it before. */
import { type ReactNode, useState } from 'react'
import parts from './parts.module.css'
import { usePassed } from './text.tsx'

/** Milliseconds after which a wait explains itself. */
export const SLOW_MS = 10_000

export function SlowNote({ children }: { children: ReactNode }) {
  const [begun] = useState(() => new Date().toISOString())
  return usePassed(begun) > SLOW_MS ? (
    <p role="status" className={parts.slow}>
      {children}
    </p>
  ) : null
}
