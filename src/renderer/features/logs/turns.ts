/** Decides which logs render in the next frame: logs with news take turns, and in a flood, key presses go first. */

/** Milliseconds between two renderings of a growing log: in a flood, the user cannot read every one. */
const FLOOD_MS = 90
/** Milliseconds a key press gets to appear, and the longest time a rendering waits during continuous typing. */
const KEY_MS = 60
const LATEST_MS = 500

/** Whether to render a growing log now, given the times of its last rendering and of the last key press. */
export function isPictureDue(now: number, drawn: number, keyed: number): boolean {
  const age = now - drawn
  return age >= LATEST_MS || (age >= FLOOD_MS && now - keyed >= KEY_MS)
}

export interface Turns {
  /** Calls back in a later frame, with its time; returns a function that cancels this. Repeated requests count once. */
  ask(go: (now: number) => void): () => void
}

/** Calls at most `limit` per frame, first come first served. */
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
    // A list that asks again during the calls goes to the end of the queue.
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
