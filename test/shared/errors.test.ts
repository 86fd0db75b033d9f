/** What a user may see of an error. */
import { expect, test } from 'vitest'
import { reportOf } from '../../src/shared/errors.ts'

test.each(['EMFILE', 'ENFILE'])('%s passes on its own, and is not reported as a bug', code => {
  const error = Object.assign(new Error(`${code}: too many open files, open '/x'`), { code })
  const { code: ours, message, hint } = reportOf(error)
  expect(ours).toBe('UNAVAILABLE')
  expect(message).toBe('Too many files are open on this computer at the moment.')
  expect(hint).toContain('Try again')
})

test('any other error of the system is a bug', () => {
  expect(reportOf(Object.assign(new Error('EIO'), { code: 'EIO' }))).toMatchObject({ code: 'INTERNAL' })
})
