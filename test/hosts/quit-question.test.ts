/** The question before the app is quit: one at most, and it names all that would end. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quitQuestion } from '#hosts/electron/quit-question.ts'

test('nothing runs, or it was decided what becomes of it: nobody is asked', () => {
  expect(quitQuestion([], [], 'ask')).toBeUndefined()
  expect(quitQuestion([], ['Peak'], 'keep')).toBeUndefined()
  expect(quitQuestion([], ['Peak'], 'stop')).toBeUndefined()
})

test('instances: kept, stopped, or not to quit', () => {
  const question = quitQuestion([], ['Peak'], 'ask')
  expect(question).toMatchObject({ message: 'Peak is running.', defaultId: 0 })
  expect(question?.buttons.map(([, answer]) => answer)).toEqual(['keep', 'stop', 'stay'])
  expect(quitQuestion([], ['Peak', 'Sum'], 'ask')?.message).toBe('2 instances are running.')
})

test('jobs: who quits cancels them, and is not led to it', () => {
  const question = quitQuestion(['Bundle Peak'], [], 'ask')
  expect(question).toMatchObject({ message: 'Bundle Peak is not done yet.', defaultId: 1 })
  expect(question?.checkboxLabel).toBeUndefined()
  expect(question?.buttons).toEqual([
    ['Cancel it and quit', 'keep'],
    ['Stay', 'stay']
  ])
})

test('both are one question that names both', () => {
  const question = quitQuestion(['Bundle Peak'], ['Sum', 'Peak'], 'ask')
  expect(question?.message).toBe('Bundle Peak is not done yet, and 2 instances are running.')
  expect(question?.detail).toMatch(/cancels the job\. .* The instances can keep running/)
  expect(question?.buttons[question.defaultId]).toEqual(['Stay', 'stay'])
})

test('jobs beside instances of which it was decided: what becomes of them is said, and done', () => {
  const question = quitQuestion(['Bundle Peak'], ['Sum'], 'stop')
  expect(question?.detail).toMatch(/Sum is stopped\.$/)
  expect(question?.buttons[0]).toEqual(['Cancel it and quit', 'stop'])
  expect(quitQuestion(['Bundle Peak'], ['Sum'], 'keep')?.detail).toMatch(/Sum is kept running\.$/)
})

test('whatever runs, the last button stays, and jobs are not cancelled by Enter', () => {
  const titles = fc.array(fc.string({ minLength: 1 }), { maxLength: 3 })
  fc.assert(
    fc.property(
      titles,
      titles,
      fc.constantFrom('ask' as const, 'keep' as const, 'stop' as const),
      (jobs, running, onQuit) => {
        const question = quitQuestion(jobs, running, onQuit)
        if (!question) return
        expect(question.buttons.at(-1)?.[1]).toBe('stay')
        if (jobs.length > 0) expect(question.buttons[question.defaultId]?.[1]).toBe('stay')
      }
    )
  )
})
