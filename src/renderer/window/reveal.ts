/** Asks the page of the project to show a place: findings are clicked elsewhere than they are mended. */
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

/** It was shown: who comes to the page later is not led there again. */
export function revealed(shown: RevealRequest): void {
  useReveal.setState(({ request }) => (request === shown ? { request: undefined } : {}))
}
