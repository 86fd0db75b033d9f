/** Lets libraries style things under the strict Content-Security-Policy, without loosening it. */

/** The nonce the host put into the page; empty where it put none (a development server). */
export function styleNonce(): string {
  const content = document.querySelector<HTMLMetaElement>('meta[name="csp-nonce"]')?.content ?? ''
  return content === '__NONCE__' ? '' : content
}

/**
 * Style elements made from now on carry the nonce, and style attributes go through the CSSOM, which the policy allows
 * where it blocks the attribute (the terminal colours its cells so). Call once, before any library draws.
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
