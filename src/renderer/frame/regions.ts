/** F6: from one part of the window to the next, as in every desktop program. */

/** The parts, inner ones after those they are in. */
const REGIONS = 'header[data-region], nav, main, aside, section[data-region], footer'
const FOCUSABLE =
  'a[href], button:not(:disabled), input:not(:disabled), select, textarea, [contenteditable="true"], [tabindex]'

/** Focuses the first thing in the next part (or the one before, with -1) that has any; the parts go round. */
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

/** What can be focused by Tab and is shown; what belongs to an inner part is that part's. */
function firstIn(region: HTMLElement, regions: readonly HTMLElement[]): HTMLElement | undefined {
  const inner = regions.filter(other => other !== region && region.contains(other))
  return [...region.querySelectorAll<HTMLElement>(FOCUSABLE)].find(
    element =>
      element.tabIndex >= 0 && element.checkVisibility() && !inner.some(other => other.contains(element))
  )
}
