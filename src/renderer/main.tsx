/** The page's beginning: obeys the policy, connects to the host, draws the window. */
import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './ui/tokens.css'
import { createRoot } from 'react-dom/client'
import { App } from './frame/app.tsx'
import { connectHost } from './lib/client.ts'
import { obeyStylePolicy } from './lib/csp.ts'
import { createQueryClient } from './lib/queries.ts'

obeyStylePolicy()
const root = document.getElementById('root')
if (!root) throw new Error('The page has no #root.')
createRoot(root).render(<App host={connectHost('local')} queries={createQueryClient()} />)
