/** Asks the project page to show a place: findings are clicked in other parts than they are fixed in. */
import { create } from 'zustand'
import type { Finding } from '#shared/finding.ts'
import { view } from './view.ts'

export interface RevealRequest {
  readonly finding: Finding
}

interface Reveal {
  readonly request: RevealRequest | undefined
}

export const useReveal = create<Reveal>(() => ({ request: undefined }))

export function revealFinding(finding: Finding): void {
  view.go('project')
  useReveal.setState({ request: { finding } })
}

/** Marks a request as done, so that a later visit to the page does not show the place again. */
export function revealed(shown: RevealRequest): void {
  useReveal.setState(({ request }) => (request === shown ? { request: undefined } : {}))
}
