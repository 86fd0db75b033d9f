/** Who goes on in the next frame: many logs that all have something new take turns, so that the keys are not late. */

export interface Turns {
  /** Calls back in a frame to come, with its time; gives what takes the wish back. A wish made again is one wish. */
  ask(go: (now: number) => void): () => void
}

/** At most `most` are called in a frame, first come first served. */
export function createTurns(
  most: number,
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
    // Whoever asks again meanwhile is behind the others.
    for (const go of [...waiting].slice(0, most)) {
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
