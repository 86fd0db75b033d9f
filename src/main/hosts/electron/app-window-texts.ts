/** What the user reads around a running app's page: the title of its window, and the question before it opens an address. */
import { t } from '#shared/language.ts'
import { visibleLine } from '#shared/text.ts'

/** Characters of a title: a name, not a page of text. */
const MAX_TITLE = 100

/** Characters of an address a dialog has room for. */
const MAX_ADDRESS = 300

/** Whose page it is: the app's own title, one plain line of it, and where it is served (`localhost:55555`). */
export function windowTitle(title: string, host: string): string {
  return `${visibleLine(title).slice(0, MAX_TITLE)} (${host})`
}

export interface OpenQuestion {
  readonly message: string
  readonly detail: string
  /** The second one opens nothing. */
  readonly buttons: readonly [open: string, cancel: string]
}

/** `title` is that of the app's window; `address` is one in normal form, as `externalUrl` gives it. */
export function openQuestion(title: string, address: string): OpenQuestion {
  return {
    message: t`Open ${new URL(address).host} in your browser?`,
    detail: [
      t`${title} wants to open this address. The address can contain anything the app knows.`,
      shortAddress(address, MAX_ADDRESS)
    ].join('\n\n'),
    buttons: [t`Open in browser`, t`Cancel`]
  }
}

/** An address of at most so many characters, shortened in its middle; its host is never cut. */
export function shortAddress(address: string, limit: number): string {
  const { origin } = new URL(address)
  const rest = address.slice(origin.length)
  const room = Math.max(limit - origin.length, 20)
  if (rest.length <= room) return address
  const half = Math.floor((room - 1) / 2)
  return `${origin}${rest.slice(0, half)}…${rest.slice(-half)}`
}
