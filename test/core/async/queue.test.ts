/** Queues of work: how many tasks run at once, their order, and what ends the wait. */
import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { createKeyedQueue, createQueue, mapBounded } from '#core/async/queue.ts'

/** Tasks that run until they are released, and the order in which they began. */
function createWork() {
  const begun: string[] = []
  const ends = new Map<string, { done(): void; fail(error: Error): void }>()
  const work = (name: string) => () => {
    begun.push(name)
    return new Promise<void>((done, fail) => ends.set(name, { done, fail }))
  }
  const end = async (name: string, error?: Error) => {
    const piece = ends.get(name)
    if (error) piece?.fail(error)
    else piece?.done()
    await setImmediate()
  }
  return { begun, work, end }
}

test('as many tasks run as the bound allows, the others in order, also after a failure', async () => {
  const { begun, work, end } = createWork()
  const queue = createQueue(2)
  const waited: string[] = []
  const results = ['a', 'b', 'c', 'd'].map(name => queue(work(name), undefined, () => waited.push(name)))
  const settled = Promise.allSettled(results)
  await setImmediate()
  expect(begun).toEqual(['a', 'b'])
  expect(waited).toEqual(['c', 'd'])
  await end('b', new Error('failed'))
  expect(begun).toEqual(['a', 'b', 'c'])
  await end('a')
  expect(begun).toEqual(['a', 'b', 'c', 'd'])
  await end('c')
  await end('d')
  expect((await settled).map(({ status }) => status)).toEqual([
    'fulfilled',
    'rejected',
    'fulfilled',
    'fulfilled'
  ])
})

test('a signal ends the wait, not the task, and the others keep their places', async () => {
  const { begun, work, end } = createWork()
  const queue = createQueue(1)
  const first = new AbortController()
  const second = new AbortController()
  const a = queue(work('a'), first.signal)
  const b = queue(work('b'), second.signal)
  const c = queue(work('c'))
  second.abort(new Error('cancelled'))
  await expect(b).rejects.toThrow('cancelled')
  first.abort(new Error('too late'))
  await end('a')
  await a
  expect(begun).toEqual(['a', 'c'])
  await end('c')
  await c
  await expect(queue(work('d'), first.signal)).rejects.toThrow('too late')
  expect(begun).toEqual(['a', 'c'])
})

test('a keyed queue runs tasks for different keys at once', async () => {
  const { begun, work, end } = createWork()
  const queue = createKeyedQueue()
  const results = [queue('x', work('x1')), queue('x', work('x2')), queue('y', work('y1'))]
  await setImmediate()
  expect(begun).toEqual(['x1', 'y1'])
  await end('x1')
  expect(begun).toEqual(['x1', 'y1', 'x2'])
  await end('x2')
  await end('y1')
  await Promise.all(results)
})

test('results are in the order of the items', async () => {
  const results = await mapBounded([3, 1, 2], 2, async item => {
    for (let turn = 0; turn < item; turn++) await setImmediate()
    return item * 10
  })
  expect(results).toEqual([30, 10, 20])
})
