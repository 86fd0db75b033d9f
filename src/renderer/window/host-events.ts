/** Events from the host of this window: commands of the menu, what the user opened with the app, a clicked notification. */
import { HostEvent } from '#shared/host-events.ts'
import { EVENT_CHANNEL } from '#shared/window-channels.ts'

/** What came before the window was drawn. */
let waiting: HostEvent[] = []
let take: ((event: HostEvent) => void) | undefined

globalThis.addEventListener?.('message', message => {
  if (message.source !== globalThis.window || message.data?.type !== EVENT_CHANNEL) return
  const event = HostEvent.safeParse(message.data.event).data
  if (!event) return
  if (take) take(event)
  else waiting.push(event)
})

/** Gives the callback what came already and all that comes, until the function it returns is called. */
export function onHostEvent(listener: (event: HostEvent) => void): () => void {
  take = listener
  for (const event of waiting) listener(event)
  waiting = []
  return () => {
    take = undefined
  }
}
