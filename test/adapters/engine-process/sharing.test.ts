/** Callers that ask while a run is under way share the next answer. */
import { expect, test } from 'vitest'
import { createSharing } from '#adapters/engine-process/sharing.ts'

test('a hundred callers cause two runs, and no caller gets an answer older than its question', async () => {
  let time = 0
  let runs = 0
  const ask = createSharing(async () => {
    runs++
    const begun = ++time
    await new Promise(resolve => setImmediate(resolve))
    return begun
  })
  const askedAt: number[] = []
  const answers = await Promise.all(
    Array.from({ length: 100 }, () => {
      askedAt.push(++time)
      return ask()
    })
  )
  expect(runs).toBe(2)
  for (const [index, asked] of askedAt.entries()) expect(answers[index]).toBeGreaterThan(asked)
})

test('a failed run fails only for the callers that shared it', async () => {
  let runs = 0
  const ask = createSharing(async () => {
    if (runs++ === 0) throw new Error('no luck')
    return runs
  })
  const first = ask()
  const second = ask()
  await expect(first).rejects.toThrow('no luck')
  expect(await second).toBe(2)
  expect(await ask()).toBe(3)
})
