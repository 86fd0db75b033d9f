/** F6 moves the focus from one part of the window to the next, as in other desktop programs. */

/** The parts in document order, so inner parts come after the parts that contain them. */
const REGIONS = 'header[data-region], nav, main, aside, section[data-region], footer'
const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [contenteditable="true"], [tabindex]'

/** Focuses the first element of the next part (of the previous, with -1), skipping parts without one; wraps around. */
export function goToRegion(step: 1 | -1): boolean {
  const regions = [...document.querySelectorAll<HTMLElement>(REGIONS)]
  const focused = document.activeElement
  const here = regions.findLastIndex(region => region.contains(focused))
  for (let away = 1; away <= regions.length; away += 1) {
    const at = here < 0 && step < 0 ? -away : here + step * away
    const region = regions.at(at % regions.length)
    const target = region && firstIn(region, regions)
    if (!target) continue
    target.focus()
    return true
  }
  return false
}

/** The first visible element reachable by Tab; elements of inner parts do not count. */
function firstIn(region: HTMLElement, regions: readonly HTMLElement[]): HTMLElement | undefined {
  const inner = regions.filter(other => other !== region && region.contains(other))
  return [...region.querySelectorAll<HTMLElement>(FOCUSABLE)].find(
    element =>
      element.tabIndex >= 0 && element.checkVisibility() && !inner.some(other => other.contains(element))
  )
}
