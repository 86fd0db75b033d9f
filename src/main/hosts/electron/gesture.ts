/** Whether the user just did something in a page, judged by the page's real input: a script cannot fake that. */
import type { InputEvent, WebContents } from 'electron'

/** Milliseconds a page has to act after a gesture, for example to write a report. */
const LASTS_MS = 10_000

const GESTURES: readonly InputEvent['type'][] = ['mouseDown', 'gestureTap', 'rawKeyDown', 'keyDown']

export interface Gestures {
  /** True while the last gesture is recent. */
  recent(): boolean
  /** Same as `recent`, and uses the gesture up: one gesture allows one action. */
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
