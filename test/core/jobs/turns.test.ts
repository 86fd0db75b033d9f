/** One task at a time, in order; a cancelled one does not hold up the others. */
import { expect, test } from 'vitest'
import { createTurns } from '#core/jobs/turns.ts'
import type { ReportedStage } from '#shared/stage.ts'

function job() {
  const controller = new AbortController()
  const stages: string[] = []
  const stage = ({ code }: ReportedStage) => void stages.push(code)
  return { controller, stages, signal: controller.signal, stage }
}

test('tasks run one at a time and in order; a waiting one says so', async () => {
  const inTurn = createTurns()
  const order: string[] = []
  let open = () => {}
  const gate = new Promise<void>(resolve => {
    open = resolve
  })
  const [one, two, three] = [job(), job(), job()]
  const first = inTurn(one, async () => {
    await gate
    order.push('one')
    throw new Error('failed')
  })
  const second = inTurn(two, async () => void order.push('two'))
  const third = inTurn(three, async () => void order.push('three'))
  two.controller.abort(new Error('cancelled'))
  await expect(second).rejects.toThrow('cancelled')
  open()
  await expect(first).rejects.toThrow('failed')
  await third
  expect(order).toEqual(['one', 'three'])
  expect([one.stages, three.stages]).toEqual([[], ['queued']])
})
