/** The script that takes WebRTC and printing from a running app's page. */

/** Runs in each frame before its first script. `cannotPrint` is what a page that prints says to its user instead. */
export function withoutPowers(cannotPrint: string): string {
  return `(${takeAway})(${JSON.stringify(cannotPrint)})`
}

/** Runs in the page, alone. What it calls later it keeps now: the page may replace all of it. */
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
    // In words once only: an object may say another word the second time.
    const command = `${name}`
    if (apply(toLowerCase, command, []) === 'print') return false
    return apply(execCommand, this, [command, ...rest])
  }
}

/** What of a page's globals it touches. */
interface Page {
  RTCPeerConnection?: unknown
  webkitRTCPeerConnection?: unknown
  alert(text: string): void
  print(): void
  Document: { prototype: { execCommand(...given: unknown[]): boolean } }
}
