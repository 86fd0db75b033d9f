/** Asks the editor to show a place of the manifest: findings are clicked elsewhere than they are mended. */
import { create } from 'zustand'
import type { Finding } from '#shared/finding.ts'
import { view } from './view.ts'

interface Reveal {
  readonly request: { readonly finding: Finding; readonly number: number } | undefined
}

export const useReveal = create<Reveal>(() => ({ request: undefined }))

export function revealFinding(finding: Finding): void {
  view.go('project')
  useReveal.setState(({ request }) => ({ request: { finding, number: (request?.number ?? 0) + 1 } }))
}
