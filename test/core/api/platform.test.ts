/** A platform that cannot be opened says why, and is opened by the next call. */
import { expect, test } from 'vitest'
import { routerForUser } from '#core/api/platform.ts'
import { createProfiles } from '#core/profiles.ts'
import { AppError } from '#shared/errors.ts'

const failing = (error: unknown) =>
  createProfiles(new Map([['one', { kind: 'local', open: () => Promise.reject(error) }]]))

test.each([
  [Object.assign(new Error('EMFILE: too many open files'), { code: 'EMFILE' }), 'UNAVAILABLE'],
  [new AppError('FORBIDDEN', 'The state folder cannot be written.'), 'FORBIDDEN'],
  [new TypeError('undefined is not a function'), 'INTERNAL']
])('%s is an AppError', async (error, code) => {
  const opened = routerForUser(() => failing(error).open('one'))
  await expect(opened).rejects.toBeInstanceOf(AppError)
  await expect(opened).rejects.toMatchObject({ code })
})

test('a name that is not in the config is NOT_FOUND, and the error names those that are', async () => {
  await expect(failing(new Error()).open('two')).rejects.toMatchObject({
    code: 'NOT_FOUND',
    hint: expect.stringContaining('one')
  })
})
