/** Texts around a running app's page: the title of its window, and the question before it opens an address. */
import { t } from '#shared/language.ts'
import { visibleLine } from '#shared/text.ts'

/** Most characters of a title: it is a name, not a page of text. */
const MAX_TITLE = 100

/** Most characters of an address in a dialog. */
const MAX_ADDRESS = 300

/** Names the owner of the page: the app's title on one plain line, and where it is served (`localhost:55555`). */
export function windowTitle(title: string, host: string): string {
  return `${visibleLine(title).slice(0, MAX_TITLE)} (${host})`
}

export interface OpenQuestion {
  readonly message: string
  readonly detail: string
  /** The second button opens nothing. */
  readonly buttons: readonly [open: string, cancel: string]
}

/** `title` is the title of the app's window; `address` is in normal form, as `externalUrl` returns it. */
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

/** Shortens an address in its middle to at most `limit` characters; its host is never cut. */
export function shortAddress(address: string, limit: number): string {
  const { origin } = new URL(address)
  const rest = address.slice(origin.length)
  const room = Math.max(limit - origin.length, 20)
  if (rest.length <= room) return address
  const half = Math.floor((room - 1) / 2)
  return `${origin}${rest.slice(0, half)}…${rest.slice(-half)}`
}
