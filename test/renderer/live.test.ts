/** Apps that arrive in pieces: a change is shown only when it is complete, and after a break the list starts again. */
import { expect, test } from 'vitest'
import { createGatherer, merged } from '../../src/renderer/host/live.ts'
import { app, idOf } from './made-up.ts'

const [a, b, c] = [1, 2, 3].map(number => app(`1.0.${number}`, { id: idOf(number) }))
const piece = (apps: (typeof a)[], more = false, removed: string[] = []) => ({
  changed: apps.flatMap(it => it ?? []),
  removed,
  more
})

test('pieces of one change are combined, and those cut off by a break are dropped', () => {
  const gather = createGatherer()
  expect(gather(piece([c], true), true)).toBeUndefined()
  expect(gather(piece([a], true), true)).toBeUndefined()
  expect(gather(piece([b]), false)).toEqual({ changed: [a, b], removed: [], anew: true })
  expect(gather(piece([c]), false)).toEqual({ changed: [c], removed: [], anew: false })
})

test('new apps come first, changed ones keep their place, removed ones disappear', () => {
  const before = [b, c].flatMap(it => it ?? [])
  const changed = { ...before[1], visibility: 'ALL_USERS' } as (typeof before)[0]
  const fresh = a as (typeof before)[0]
  expect(merged(before, [fresh, changed], [idOf(2)])).toEqual([fresh, changed])
})
