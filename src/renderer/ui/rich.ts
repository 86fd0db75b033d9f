/** A text in the user's language that contains elements. */
import { createElement, Fragment, type ReactNode } from 'react'
import { pieces } from '#shared/language.ts'

/** rich`Run ${<code>q8s-cli</code>} once` */
export function rich(strings: TemplateStringsArray, ...values: readonly ReactNode[]): ReactNode {
  return createElement(Fragment, null, ...pieces(strings, values))
}
