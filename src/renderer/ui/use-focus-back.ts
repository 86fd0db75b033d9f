/** Returns the focus to where it was before something opened, if the focus is inside when it closes. */
import { useLayoutEffect, useRef } from 'react'

/**
 * For components mounted only while they are open. Remembers the focus before a dialog takes it, and returns it before
 * another dialog reads it. If `owner` returns an element, the focus goes there instead.
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
      // React restores the focus to elements that stay, and a toast stays for another moment.
      if (toast) queueMicrotask(goBack)
    }
  }, [])
}

/** A menu item disappears with its menu, so use the element that opened the menu. */
function lasting(element: Element | null): HTMLElement | null {
  const opener = element?.closest('[role="menu"]')?.getAttribute('aria-labelledby')
  return opener ? document.getElementById(opener) : (element as HTMLElement | null)
}
