/** Who draws in the next picture: many lists that all have something new take turns, so that the keys are not late. */

export interface Turns {
  /** Calls back in a frame to come, with its time; gives what takes the wish back. A wish made again is one wish. */
  ask(draw: (now: number) => void): () => void
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
    for (const draw of [...waiting].slice(0, most)) {
      waiting.delete(draw)
      draw(now)
    }
    if (waiting.size > 0) askFrame()
  }

  return {
    ask(draw) {
      waiting.add(draw)
      askFrame()
      return () => waiting.delete(draw)
    }
  }
}
