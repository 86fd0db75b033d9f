/** Draws the window after its preferences and the settings are loaded. */
import { createRoot } from 'react-dom/client'
import type { Client } from '#shared/contract.ts'
import type { Host } from '../host/client.ts'
import { loadPreferences } from '../host/preferences.ts'
import { createQueryClient, loadSettings } from '../host/queries.ts'
import { App } from './app.tsx'

type Info = Awaited<ReturnType<Client['system']['info']>>

/** `info` is the host information fetched earlier, if any. */
export async function draw(host: Host, element: HTMLElement, info: Info | undefined): Promise<void> {
  // Earlier versions stored run variables here in plain text; the host stores them now.
  localStorage.removeItem('q8s.run-options')
  const queries = createQueryClient()
  queries.setQueryData(host.orpc.system.info.queryOptions().queryKey, info)
  await Promise.all([loadPreferences(host.client.system), loadSettings(host, queries)])
  createRoot(element).render(<App host={host} queries={queries} />)
}
