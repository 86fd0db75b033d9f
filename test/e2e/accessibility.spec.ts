/**
 * Every page, panel, sheet and dialog, in light, dark and forced colours: axe finds nothing serious, the policy of the
 * page is not hurt, at 200 % nothing is out of reach, and what is rounded has its exact value on hover.
 */
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { fillHome } from '../screens/made-up-home.ts'
import { expect, test } from './fixtures.ts'
import { emptyTour, fullTour } from './pages/tour.ts'

const LOOKS = [
  { colorScheme: 'light', forcedColors: 'none' },
  { colorScheme: 'dark', forcedColors: 'none' },
  { colorScheme: 'light', forcedColors: 'active' },
  { colorScheme: 'dark', forcedColors: 'active' }
] as const
const SIZE = { width: 1280, height: 800 }
/** As much of the page as is seen of it at 200 %. */
const HALF = { width: SIZE.width / 2, height: SIZE.height / 2 }

test('a window nobody has used yet', async ({ home, window }) => {
  test.setTimeout(600_000)
  const faults = await watched(window, stop => emptyTour({ home, window, stop }))
  expect(faults).toEqual([])
})

// The page is the same in both shells; what a shell adds to it is in the test above.
test('every page, panel, sheet and dialog', { tag: '@browser' }, async ({ home, window }) => {
  test.setTimeout(1_500_000)
  await fillHome(home.folder)
  const faults = await watched(window, stop => fullTour({ home, window, stop }))
  expect(faults).toEqual([])
})

/** What was wrong at each stop of a tour: all of it, so that one run shows everything. */
async function watched(window: Page, tour: (stop: (name: string) => Promise<void>) => Promise<void>) {
  const faults: string[] = []
  window.on('console', message => {
    if (/Content Security Policy/i.test(message.text())) faults.push(message.text())
  })
  await tour(async name => {
    for (const look of LOOKS) {
      await window.emulateMedia({ ...look, reducedMotion: 'reduce' })
      await expect(window.locator('html')).toHaveAttribute('data-mantine-color-scheme', look.colorScheme)
      await window.evaluate(settled)
      const words = `${name}, ${look.colorScheme}${look.forcedColors === 'active' ? ' forced' : ''}`
      for (const fault of await serious(window, look)) faults.push(`${words}: ${fault}`)
    }
    await window.emulateMedia({ ...LOOKS[0], reducedMotion: 'reduce' })
    for (const animation of await window.evaluate(moving)) faults.push(`${name}: ${animation} moves`)
    for (const text of await window.evaluate(rounded)) faults.push(`${name}: ${text} has no exact value`)
    await window.setViewportSize(HALF)
    await window.evaluate(settled)
    for (const element of await window.evaluate(outOfReach)) faults.push(`${name} at 200 %: ${element}`)
    await window.setViewportSize(SIZE)
  })
  return faults
}

/** What axe calls serious or critical, as `rule: element`. */
async function serious(page: Page, look: (typeof LOOKS)[number]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode()
  // What is not about colours is the same in every look.
  const { violations } = await (look === LOOKS[0] ? axe : axe.withRules('color-contrast')).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 160)}`))
}

/** Colours have changed, and an open menu has moved with the window. */
async function settled() {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
}

/** What goes on moving for one who asked for less of it. */
function moving(): string[] {
  return document
    .getAnimations()
    .filter(({ effect }) => Number(effect?.getComputedTiming().activeDuration) > 100)
    .map(({ effect }) => (effect as KeyframeEffect).target?.className.toString() ?? 'something')
}

/** Sizes and ages in lists, panels and bars that do not tell their exact value on hover. What is said in sentences may. */
function rounded(): string[] {
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT)
  const found: string[] = []
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const [text, element] = [node.textContent ?? '', node.parentElement]
    if (!element?.checkVisibility() || element.closest('p, pre, code, [role=log], [contenteditable]'))
      continue
    const exact = element.closest('[title]')?.getAttribute('title') ?? ''
    const isSize = /\d (KiB|MiB|GiB)\b/.test(text) && !/\d bytes\b/.test(exact)
    const isAge = /^[\d,]+[smhd]( ago)?$/.test(text) && !/\d:\d\d/.test(exact)
    if (isSize || isAge) found.push(text)
  }
  return found
}

/** Controls beside the window that no scrolling brings into it. */
function outOfReach(): string[] {
  const scrolls = (element: Element | null): boolean => {
    if (!element || element === document.body) return false
    const { overflowX } = getComputedStyle(element)
    return overflowX === 'auto' || overflowX === 'scroll' || scrolls(element.parentElement)
  }
  return [...document.querySelectorAll('button, a[href], input, select, textarea, [tabindex="0"]')]
    .filter(element => {
      const { left, right, width } = element.getBoundingClientRect()
      const shown = element.checkVisibility({ visibilityProperty: true }) && width > 1
      return shown && (left < -1 || right > innerWidth + 1) && !scrolls(element.parentElement)
    })
    .map(element => element.outerHTML.slice(0, 160))
}
