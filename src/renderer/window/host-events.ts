/** Events from this window's host: menu commands, files and links opened with the app, clicked notifications. */
import { HostEvent } from '#shared/host-events.ts'
import { EVENT_CHANNEL } from '#shared/window-channels.ts'

/** Events that arrived before the window was drawn. */
let waiting: HostEvent[] = []
let take: ((event: HostEvent) => void) | undefined

globalThis.addEventListener?.('message', message => {
  if (message.source !== globalThis.window || message.data?.type !== EVENT_CHANNEL) return
  const event = HostEvent.safeParse(message.data.event).data
  if (!event) return
  if (take) take(event)
  else waiting.push(event)
})

/** Passes earlier and later events to the listener, until the returned function is called. */
export function onHostEvent(listener: (event: HostEvent) => void): () => void {
  take = listener
  for (const event of waiting) listener(event)
  waiting = []
  return () => {
    take = undefined
  }
}
