/** The question before the app quits: at most one, and it names everything that would end. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { quitQuestion } from '#hosts/electron/quit-question.ts'

test('nothing runs, or the settings decide: no question', () => {
  expect(quitQuestion([], [], 'ask')).toBeUndefined()
  expect(quitQuestion([], ['Peak'], 'keep')).toBeUndefined()
  expect(quitQuestion([], ['Peak'], 'stop')).toBeUndefined()
})

test('instances: keep, stop, or do not quit', () => {
  const question = quitQuestion([], ['Peak'], 'ask')
  expect(question).toMatchObject({ message: 'Peak is running.', defaultId: 0 })
  expect(question?.buttons.map(([, answer]) => answer)).toEqual(['keep', 'stop', 'stay'])
  expect(quitQuestion([], ['Peak', 'Sum'], 'ask')?.message).toBe('2 instances are running.')
})

test('jobs: quitting cancels them, and is not the default', () => {
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

test('jobs, and instances for which the settings decide: the question says what happens to them', () => {
  const question = quitQuestion(['Bundle Peak'], ['Sum'], 'stop')
  expect(question?.detail).toMatch(/Sum is stopped\.$/)
  expect(question?.buttons[0]).toEqual(['Cancel it and quit', 'stop'])
  expect(quitQuestion(['Bundle Peak'], ['Sum'], 'keep')?.detail).toMatch(/Sum is kept running\.$/)
})

test('in every case the last button is to stay, and Enter does not cancel jobs', () => {
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
