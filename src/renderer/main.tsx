/** The page's entry point: applies the style policy, connects to the host, and loads its language before any labels. */
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './ui/tokens.css'
import { speakLanguage } from '#shared/languages/index.ts'
import { connectHost, type Host } from './host/client.ts'
import { START_PATIENCE_MS } from './host/preferences.ts'
import { obeyStylePolicy } from './window/csp.ts'
// Queues the host's events from the start, for code that is loaded later.
import './window/host-events.ts'

obeyStylePolicy()
const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root.')
void start(root)

async function start(element: HTMLElement) {
  const host = connectHost('local')
  const info = await speakAs(host)
  if (host.connection.state.getState().status === 'signed-out') {
    const { drawSignedOut } = await import('./frame/signed-out.ts')
    return drawSignedOut(host, element)
  }
  const { draw } = await import('./frame/draw.tsx')
  await draw(host, element, info)
}

/** Fetches the host information and loads its language; if the host does not answer soon, the window is in English. */
async function speakAs({ client }: Host) {
  try {
    const signal = AbortSignal.timeout(START_PATIENCE_MS)
    const info = await client.system.info(undefined, { signal })
    await speakLanguage(info.language)
    document.documentElement.lang = info.language
    return info
  } catch (error) {
    console.error('The language of the host is not known.', error)
    return undefined
  }
}
