/** Waits for the window's next animation frame. */

/** Milliseconds after which it stops waiting: a hidden window draws no frames. */
const LONGEST = 250

export function nextFrame(): Promise<void> {
  return new Promise(resolve => {
    const done = () => {
      cancelAnimationFrame(frame)
      clearTimeout(timer)
      resolve()
    }
    const frame = requestAnimationFrame(done)
    const timer = setTimeout(done, LONGEST)
  })
}
