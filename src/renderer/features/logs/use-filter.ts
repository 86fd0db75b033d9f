/** The filter of a log pane: applies typed text when typing pauses. */
import { useEffect, useRef, useState } from 'react'
import { type LogFilter, NO_FILTER } from './filter.ts'
import type { LogListHandle } from './log-list.tsx'
import type { LogReader } from './reader.ts'

/** Milliseconds without typing. */
const TYPING = 200

export function useFilter(reader: LogReader, list: React.RefObject<LogListHandle | null>) {
  const [open, setOpen] = useState(false)
  const [value, set] = useState(NO_FILTER)
  const applied = useRef<LogFilter>(NO_FILTER)
  useEffect(() => {
    if (value === applied.current) return
    const timer = setTimeout(() => {
      applied.current = value
      const place = list.current?.place()
      reader.setFilter(value, place)
      if (place !== undefined) list.current?.toLine(place)
    }, TYPING)
    return () => clearTimeout(timer)
  }, [value, reader, list])
  return { open, setOpen, value, set }
}
