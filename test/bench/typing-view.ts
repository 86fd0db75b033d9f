/** What the page does while typing is measured: runs inside the window, so it uses nothing of this file's surroundings. */

export interface Typed {
  /** Milliseconds from each key press to the end of all that was done at once for it. */
  readonly handled: number[]
  /** Milliseconds from each key press to the end of the frame that shows it. */
  readonly shown: number[]
}

/** From now on each key press is timed; `typed` of the window has the figures. */
export function timeKeys(): void {
  const typed: Typed = { handled: [], shown: [] }
  let pressed = 0
  const nextTask = () =>
    new Promise(resolve => {
      const { port1, port2 } = new MessageChannel()
      port1.onmessage = resolve
      port2.postMessage(0)
    })
  const onKey = (event: Event) => {
    pressed = event.timeStamp
  }
  const onInput = async () => {
    const start = pressed
    // What the listeners began at once goes on in microtasks, of which some begin others.
    for (let turn = 0; turn < 10; turn++) await undefined
    typed.handled.push(performance.now() - start)
    await new Promise(requestAnimationFrame)
    await nextTask()
    typed.shown.push(performance.now() - start)
  }
  window.addEventListener('keydown', onKey, true)
  window.addEventListener('input', onInput)
  Object.assign(window, {
    typed: () => {
      window.removeEventListener('keydown', onKey, true)
      window.removeEventListener('input', onInput)
      return typed
    }
  })
}

export const typedKeys = () => (window as unknown as { typed: () => Typed }).typed()
