/** Waits for the window's next picture. */

/** Milliseconds after which it is given up: a window that is hidden draws none. */
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
