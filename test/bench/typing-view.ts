/** The work of the page while typing is measured: it runs inside the window, so it uses nothing else from this file. */

export interface Typed {
  /** Milliseconds from each key press to the end of its synchronous work. */
  readonly handled: number[]
  /** Milliseconds from each key press to the end of the frame that shows it. */
  readonly shown: number[]
}

/** Times each key press from now on; `typed` of the window has the figures. */
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
    // The listeners' work continues in microtasks, some of which start others.
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
