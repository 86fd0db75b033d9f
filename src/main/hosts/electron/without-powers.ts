/** The script that removes WebRTC and printing from a running app's page. */

/** Runs in each frame before its first script. A page that prints shows `cannotPrint` to its user instead. */
export function withoutPowers(cannotPrint: string): string {
  return `(${takeAway})(${JSON.stringify(cannotPrint)})`
}

/** Runs alone in the page. It saves the functions it calls later, because the page may replace all of them. */
function takeAway(cannotPrint: string) {
  const page = globalThis as unknown as Page
  delete page.RTCPeerConnection
  delete page.webkitRTCPeerConnection
  const { alert } = page
  const { apply } = Reflect
  const { toLowerCase } = String.prototype
  const { execCommand } = page.Document.prototype
  page.print = () => alert(cannotPrint)
  page.Document.prototype.execCommand = function (this: unknown, name: unknown, ...rest: unknown[]) {
    // Convert to text only once: an object may return another word the second time.
    const command = `${name}`
    if (apply(toLowerCase, command, []) === 'print') return false
    return apply(execCommand, this, [command, ...rest])
  }
}

/** The globals of a page that the script uses. */
interface Page {
  RTCPeerConnection?: unknown
  webkitRTCPeerConnection?: unknown
  alert(text: string): void
  print(): void
  Document: { prototype: { execCommand(...given: unknown[]): boolean } }
}
