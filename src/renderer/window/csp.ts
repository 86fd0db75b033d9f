/** Lets libraries set styles under the strict Content-Security-Policy without weakening it. */

/** The nonce the host put into the page; empty if there is none (development server). */
export function styleNonce(): string {
  const content = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
  return content === '__NONCE__' ? '' : content
}

/**
 * Adds the nonce to style elements created from now on, and sets style attributes through the CSSOM: the policy blocks
 * the attribute but allows the CSSOM (the terminal colours its cells this way). Call once, before any library draws.
 */
export function obeyStylePolicy(): void {
  const nonce = styleNonce()
  if (nonce === '') return
  const createElement = document.createElement.bind(document)
  document.createElement = ((name: string, options?: ElementCreationOptions) => {
    const element = createElement(name, options)
    if (element instanceof HTMLStyleElement) element.nonce = nonce
    return element
  }) as typeof document.createElement

  const setAttribute = HTMLElement.prototype.setAttribute
  HTMLElement.prototype.setAttribute = function (this: HTMLElement, name: string, value: string) {
    if (name === 'style') this.style.cssText = value
    else setAttribute.call(this, name, value)
  }
}
