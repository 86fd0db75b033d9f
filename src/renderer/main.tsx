/** The page's beginning: obeys the policy, connects to the host, and learns its language before anything with words is loaded. */
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './ui/tokens.css'
import { speakLanguage } from '#shared/languages/index.ts'
import { connectHost, type Host } from './host/client.ts'
import { START_PATIENCE_MS } from './host/preferences.ts'
import { obeyStylePolicy } from './window/csp.ts'
// Keeps what the host asks of the window from when it is connected, for whoever is loaded later.
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

/** What the host says of itself; one that does not answer soon is shown in English. */
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
