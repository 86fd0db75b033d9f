/** Renders a log list again when its log has changed; lists take turns, and a flood leaves time for key presses. */
import { useEffect, useState } from 'react'
import type { LogReader } from './reader.ts'
import { createTurns, isPictureDue } from './turns.ts'

/** Most logs rendered in one frame. */
const DRAWN_AT_ONCE = 2

const turns = createTurns(DRAWN_AT_ONCE)

/**
 * Renders again when the log has changed, at most once a frame, however many pages come. In a flood, the user cannot
 * read every rendering, so most frames are left to key presses, other panes and further reading.
 */
export function useFrames(reader: LogReader): void {
  const [, setVersion] = useState(0)
  useEffect(() => {
    let drawn = Number.NEGATIVE_INFINITY
    let keyed = Number.NEGATIVE_INFINITY
    let takeBack = () => {}
    const ask = () => {
      takeBack = turns.ask(draw)
    }
    function draw(now: number) {
      if (!reader.reachesEnd() && !isPictureDue(now, drawn, keyed)) return ask()
      drawn = now
      setVersion(before => before + 1)
    }
    const onKey = () => {
      keyed = performance.now()
    }
    const end = reader.onChange(ask)
    addEventListener('keydown', onKey, { capture: true })
    setVersion(before => before + 1)
    return () => {
      end()
      takeBack()
      removeEventListener('keydown', onKey, { capture: true })
    }
  }, [reader])
}
