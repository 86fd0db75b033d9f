/**
 * Checks every page, panel, sheet and dialog in light, dark and forced colours: axe finds nothing serious, nothing
 * violates the content security policy, nothing is out of reach at 200 %, and rounded values show their exact value on
 * hover.
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
/** The part of the page that is visible at 200 %. */
const HALF = { width: SIZE.width / 2, height: SIZE.height / 2 }

test('a new window', async ({ home, window }) => {
  test.setTimeout(600_000)
  const faults = await watched(window, stop => emptyTour({ home, window, stop }))
  expect(faults).toEqual([])
})

// The page is the same in both shells; the test above covers what a shell adds.
test('every page, panel, sheet and dialog', { tag: '@browser' }, async ({ home, window }) => {
  test.setTimeout(1_500_000)
  await fillHome(home.folder)
  const faults = await watched(window, stop => fullTour({ home, window, stop }))
  expect(faults).toEqual([])
})

/** Collects the faults at every stop of a tour, so that one run shows them all. */
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

/** The violations that axe calls serious or critical, as `rule: element`. */
async function serious(page: Page, look: (typeof LOOKS)[number]): Promise<string[]> {
  const axe = new AxeBuilder({ page }).setLegacyMode()
  // Rules that are not about colours give the same result in every look.
  const { violations } = await (look === LOOKS[0] ? axe : axe.withRules('color-contrast')).analyze()
  return violations
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .flatMap(({ id, nodes }) => nodes.map(node => `${id}: ${node.html.slice(0, 160)}`))
}

/** Resolves when colours have changed and an open menu has moved with the window. */
async function settled() {
  for (let frame = 0; frame < 3; frame++) await new Promise(requestAnimationFrame)
}

/** Animations that still run although the user asked for reduced motion. */
function moving(): string[] {
  return document
    .getAnimations()
    .filter(({ effect }) => Number(effect?.getComputedTiming().activeDuration) > 100)
    .map(({ effect }) => (effect as KeyframeEffect).target?.className.toString() ?? 'something')
}

/** Sizes and ages in lists, panels and bars that do not show their exact value on hover. Sentences may round. */
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

/** Controls outside the window that scrolling cannot reach. */
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
