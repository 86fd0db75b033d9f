/** Where keys went before something opened: they go there again when it closes with them inside. */
import { useLayoutEffect, useRef } from 'react'

/**
 * For what is mounted only while it is open. It looks before a dialog takes the focus, and gives it back before another
 * one looks; to what `owner` tells instead, where that is there.
 */
export function useFocusBack(owner?: () => HTMLElement | null | undefined): void {
  const latest = useRef(owner)
  latest.current = owner
  useLayoutEffect(() => {
    const before = lasting(document.activeElement)
    return () => {
      const now = document.activeElement
      const toast = now?.closest('[role="alert"]')
      const inside = now === document.body || toast || now?.closest('[role="dialog"], aside')
      if (!inside) return
      const target = latest.current?.() ?? before
      const goBack = () => target?.focus({ preventScroll: true })
      goBack()
      // React leaves keys with what stays, as a toast does for another moment.
      if (toast) queueMicrotask(goBack)
    }
  }, [])
}

/** An item of a menu goes with it: what opened the menu stays. */
function lasting(element: Element | null): HTMLElement | null {
  const opener = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  return opener ? document.getElementById(opener) : (element as HTMLElement | null)
}
