/** Whether the user did something in a page just now, by the input the page was given: no script can pretend that. */
import type { InputEvent, WebContents } from 'electron'

/** Milliseconds a page may take to do what it was asked for, such as writing a report. */
const LASTS_MS = 10_000

const GESTURES: readonly InputEvent['type'][] = ['mouseDown', 'gestureTap', 'rawKeyDown', 'keyDown']

export interface Gestures {
  /** True while the last gesture is recent. */
  recent(): boolean
  /** The same, and uses the gesture up: one allows one thing. */
  take(): boolean
}

export function watchGestures(contents: WebContents): Gestures {
  let last = Number.NEGATIVE_INFINITY
  contents.on('input-event', (_event, { type }) => {
    if (GESTURES.includes(type)) last = performance.now()
  })
  const recent = () => performance.now() - last < LASTS_MS
  return {
    recent,
    take() {
      const given = recent()
      last = Number.NEGATIVE_INFINITY
      return given
    }
  }
}
