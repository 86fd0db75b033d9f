/** What the host of this window asks of it: commands of the menu, what the system opened the app with, what a notification was of. */
import { z } from 'zod'

const HostEvent = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), name: z.string() }),
  z.object({ kind: z.literal('bundle'), path: z.string() }),
  z.object({ kind: z.literal('app'), name: z.string() }),
  z.object({ kind: z.literal('instance'), id: z.string(), ephemeral: z.boolean().default(false) }),
  z.object({ kind: z.literal('job'), id: z.string() }),
  z.object({ kind: z.literal('settings') })
])
export type HostEvent = z.infer<typeof HostEvent>

/** What came before the window was drawn. */
let waiting: HostEvent[] = []
let take: ((event: HostEvent) => void) | undefined

globalThis.addEventListener?.('message', event => {
  if (event.source !== globalThis.window || event.data?.type !== 'q8s-told') return
  const hostEvent = HostEvent.safeParse(event.data.told).data
  if (!hostEvent) return
  if (take) take(hostEvent)
  else waiting.push(hostEvent)
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
