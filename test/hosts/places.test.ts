/** Which windows open at start-up, and where: those open at the last end, however the app ended. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createPlaces, fitInto } from '#hosts/electron/places.ts'

const place = { x: 10, y: 20, width: 900, height: 700, maximized: false }
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-places-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const openPlaces = () => createPlaces(folder, () => undefined)

test('a first start opens one window', () => {
  const places = openPlaces()
  expect(places.toOpen()).toEqual([1])
  expect(places.of(1)).toBeUndefined()
})

test('windows that were open return to their place, a closed one does not', async () => {
  const before = openPlaces()
  for (const number of [1, 2, 3]) before.put(number, { ...place, x: number })
  before.closed(2)
  await before.leave()
  before.closed(1)
  before.closed(3)
  const after = openPlaces()
  expect(after.toOpen()).toEqual([1, 3])
  expect(after.of(3)).toMatchObject({ ...place, x: 3 })
  // The next second window opens where the last one was.
  expect(after.of(2)).toMatchObject({ ...place, x: 2 })
})

test('after a kill, all windows that were open are opened again', async () => {
  const places = openPlaces()
  places.put(1, place)
  places.put(2, { ...place, maximized: true })
  await expect.poll(() => openPlaces().toOpen()).toEqual([1, 2])
})

test('the window that was closed last opens at the next start', async () => {
  const before = openPlaces()
  before.put(1, place)
  before.put(2, place)
  before.closed(1)
  before.closed(2)
  await before.leave()
  expect(openPlaces().toOpen()).toEqual([2])
})

test.each([
  ['no JSON', '{'],
  ['too many', JSON.stringify(Array(17).fill({ ...place, number: 1, open: true }))],
  ['a number there is none of', JSON.stringify([{ ...place, number: 17, open: true }])],
  ['no size', JSON.stringify([{ number: 1, open: true, maximized: false, x: 0, y: 0 }])]
])('a file with %s is a first start', async (_what, text) => {
  await writeFile(join(folder, 'windows.json'), text)
  expect(openPlaces().toOpen()).toEqual([1])
})

const side = fc.integer({ min: 640, max: 5_000 })
const at = fc.integer({ min: -9_000, max: 9_000 })
const bounds = fc.record({ x: at, y: at, width: side, height: side })

test('a window is always fully on its screen, and not moved without need', () => {
  fc.assert(
    fc.property(bounds, bounds, (area, wanted) => {
      const { x, y, width, height } = fitInto(area, wanted)
      expect(x).toBeGreaterThanOrEqual(area.x)
      expect(y).toBeGreaterThanOrEqual(area.y)
      expect(x + width).toBeLessThanOrEqual(area.x + area.width)
      expect(y + height).toBeLessThanOrEqual(area.y + area.height)
      expect(fitInto(area, { x, y, width, height })).toEqual({ x, y, width, height })
    })
  )
})
