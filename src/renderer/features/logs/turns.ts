/** Who is drawn in the next frame: many logs that all have something new take turns, and a flood lets keys go first. */

/** Milliseconds between two pictures of a log that is read on: of a flood not every one can be read. */
const FLOOD_MS = 90
/** Milliseconds a key has until it is seen, and how long a picture waits at most for keys that follow one another. */
const KEY_MS = 60
const LATEST_MS = 500

/** Whether a log that is read on is to be drawn now, by when it last was and when a key was last pressed. */
export function isPictureDue(now: number, drawn: number, keyed: number): boolean {
  const age = now - drawn
  return age >= LATEST_MS || (age >= FLOOD_MS && now - keyed >= KEY_MS)
}

export interface Turns {
  /** Calls back in a frame to come, with its time; gives what takes the wish back. A wish made again is one wish. */
  ask(go: (now: number) => void): () => void
}

/** At most `limit` are called in a frame, first come first served. */
export function createTurns(
  limit: number,
  nextFrame: (run: (now: number) => void) => void = run => requestAnimationFrame(run)
): Turns {
  const waiting = new Set<(now: number) => void>()
  let isAsked = false

  function askFrame() {
    if (isAsked) return
    isAsked = true
    nextFrame(run)
  }

  function run(now: number) {
    isAsked = false
    // A list that asks again while the others are called is behind them.
    for (const go of [...waiting].slice(0, limit)) {
      waiting.delete(go)
      go(now)
    }
    if (waiting.size > 0) askFrame()
  }

  return {
    ask(go) {
      waiting.add(go)
      askFrame()
      return () => waiting.delete(go)
    }
  }
}
