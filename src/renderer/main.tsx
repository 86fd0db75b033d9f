/** The page's beginning: obeys the policy, connects to the host, draws the window. */
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './ui/tokens.css'
import { createRoot } from 'react-dom/client'
import { App } from './frame/app.tsx'
import { connectHost } from './lib/client.ts'
import { obeyStylePolicy } from './lib/csp.ts'
import { loadKept } from './lib/kept.ts'
import { createQueryClient, loadSettings } from './lib/queries.ts'

obeyStylePolicy()
const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root.')
void start(root)

async function start(element: HTMLElement) {
  const host = connectHost('local')
  // Variables of runs once lay here in clear; they are the host's now.
  localStorage.removeItem('q8s.run-options')
  const queries = createQueryClient()
  await Promise.all([loadKept(host.client.system), loadSettings(host, queries)])
  createRoot(element).render(<App host={host} queries={queries} />)
}
