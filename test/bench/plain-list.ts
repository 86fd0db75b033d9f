/** A virtual list whose rows have only a name, for a page to compare with. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { createElement, useRef } from 'react'
import { createRoot } from 'react-dom/client'

const ROW = 28

function PlainList({ names }: { names: readonly string[] }) {
  const scroller = useRef<HTMLDivElement>(null)
  const virtual = useVirtualizer({
    count: names.length,
    getScrollElement: () => scroller.current,
    estimateSize: () => ROW,
    overscan: 12
  })
  const rows = virtual.getVirtualItems().map(({ index, start }) => {
    const style = { position: 'absolute', height: ROW, transform: `translateY(${start}px)` } as const
    return createElement('span', { key: index, style }, names[index])
  })
  const all = { height: virtual.getTotalSize(), position: 'relative' } as const
  const outer = { ref: scroller, 'data-list': true, style: { height: 560, overflow: 'auto' } } as const
  return createElement('div', outer, createElement('div', { style: all }, rows))
}

Object.assign(window, {
  plainList: (parent: Element, names: readonly string[]) =>
    createRoot(parent).render(createElement(PlainList, { names }))
})
