/** How many calls a client may have under way: which wait, which are refused, and that places are freed. */
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { createLimits, FREE_FLOW } from '#hosts/limits.ts'

const forever = () => new Promise<never>(() => undefined)

/** A client that reads nothing until the test lets it. */
function closedFlow() {
  let full = true
  let drained = () => {}
  return {
    isFull: () => full,
    onDrain(listener: () => void) {
      drained = listener
    },
    read() {
      full = false
      drained()
    }
  }
}

async function* endless() {
  for (let index = 0; ; index += 1) yield index
}

describe('calls of one client', () => {
  test('wait while others run, and begin in order as these end', async () => {
    // No call counts as long here.
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
    onTestFinished(() => void vi.useRealTimers())
    const limits = createLimits(FREE_FLOW)
    const order: number[] = []
    const ends: (() => void)[] = []
    const calls = Array.from({ length: 40 }, (_, index) =>
      limits.call(() => {
        order.push(index)
        return new Promise<void>(resolve => ends.push(resolve))
      })
    )
    await new Promise(setImmediate)
    expect(order).toHaveLength(32)
    for (let index = 0; index < 40; index += 1) {
      ends[index]?.()
      await calls[index]
    }
    expect(order).toEqual(Array.from({ length: 40 }, (_, index) => index))
  })

  test('that take long, as long polls do, do not block others', async () => {
    const limits = createLimits(FREE_FLOW)
    for (let index = 0; index < 100; index += 1) void limits.call(forever)
    await expect(limits.call(async () => 'answered')).resolves.toBe('answered')
  })

  test('begin only after the client has read its previous answers', async () => {
    const flow = closedFlow()
    let began = false
    const call = createLimits(flow).call(async () => {
      began = true
    })
    await Promise.resolve()
    expect(began).toBe(false)
    flow.read()
    await call
    expect(began).toBe(true)
  })

  test('are refused with a message when too many wait; a cancelled one stops waiting', async () => {
    const limits = createLimits(closedFlow())
    const stop = new AbortController()
    const cancelled = limits.call(forever, stop.signal)
    for (let index = 1; index < 1_000; index += 1) void limits.call(forever)
    await expect(limits.call(forever)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
    stop.abort(new Error('not wanted any more'))
    await expect(cancelled).rejects.toThrow('not wanted any more')
    const one = limits.call(forever)
    await expect(Promise.race([one, Promise.resolve('waits')])).resolves.toBe('waits')
  })
})

test('a watch that ends makes room for another', async () => {
  const limits = createLimits(FREE_FLOW)
  const watches = Array.from({ length: 100 }, () => limits.watch(endless()))
  for (const watch of watches) expect((await watch.next()).value).toBe(0)
  await expect(limits.watch(endless()).next()).rejects.toMatchObject({ code: 'UNAVAILABLE' })
  await watches[0]?.return(undefined)
  expect((await limits.watch(endless()).next()).value).toBe(0)
})
