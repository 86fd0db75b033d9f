/** What the host of this window asks of it: commands of the menu, what the system opened the app with, what a notification was of. */
import { z } from 'zod'

const Told = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('command'), name: z.string() }),
  z.object({ kind: z.literal('bundle'), path: z.string() }),
  z.object({ kind: z.literal('app'), name: z.string() }),
  z.object({ kind: z.literal('instance'), id: z.string(), ephemeral: z.boolean().default(false) }),
  z.object({ kind: z.literal('job'), id: z.string() }),
  z.object({ kind: z.literal('settings') })
])
export type Told = z.infer<typeof Told>

/** What came before the window was drawn. */
let waiting: Told[] = []
let take: ((told: Told) => void) | undefined

globalThis.addEventListener?.('message', event => {
  if (event.source !== globalThis.window || event.data?.type !== 'q8s-told') return
  const told = Told.safeParse(event.data.told).data
  if (!told) return
  if (take) take(told)
  else waiting.push(told)
})

/** Gives the callback what came already and all that comes, until the function it returns is called. */
export function onTold(listener: (told: Told) => void): () => void {
  take = listener
  for (const told of waiting) listener(told)
  waiting = []
  return () => {
    take = undefined
  }
}
