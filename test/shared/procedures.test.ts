/** The platform contract as it will be served: a route for each procedure, and all its errors declared. */
import { type AnyContractProcedure, type ErrorMap, isContractProcedure } from '@orpc/contract'
import { describe, expect, test } from 'vitest'
import { AppError, ERROR_CODES, ERROR_STATUS } from '#shared/errors.ts'
import { type Platform, platformContract } from '#shared/platform.ts'
import { declared } from '../platform/declared.ts'

type Named = readonly [path: string, procedure: AnyContractProcedure]

function procedures(router: object, path: readonly string[] = []): Named[] {
  return Object.entries(router).flatMap(([name, part]): Named[] => {
    const here = [...path, name]
    return isContractProcedure(part) ? [[here.join('.'), part]] : procedures(part as object, here)
  })
}

const served = procedures(platformContract)

test('each code has a status, and no two codes share one', () => {
  expect(Object.keys(ERROR_STATUS).sort()).toEqual([...ERROR_CODES].sort())
  expect(new Set(Object.values(ERROR_STATUS)).size).toBe(ERROR_CODES.length)
})

describe('every procedure of a platform', () => {
  test.each(served)('%s has its own route', (path, { '~orpc': { route } }) => {
    expect(route.path, path).toMatch(/^\/[a-z]/)
    const same = served.filter(
      ([, { '~orpc': other }]) => other.route.path === route.path && other.route.method === route.method
    )
    expect(same.map(([name]) => name)).toEqual([path])
  })

  test.each(served)(
    'the input of %s has the parameters of its route',
    (_path, { '~orpc': { route, inputSchema } }) => {
      const named = [...(route.path ?? '').matchAll(/\{(\w+)\}/g)].map(match => match[1])
      const shape = (inputSchema as { shape?: object } | undefined)?.shape ?? {}
      expect(Object.keys(shape)).toEqual(expect.arrayContaining(named))
    }
  )

  test.each(served)('%s declares its errors, with their status', (_path, { '~orpc': { errorMap } }) => {
    expect(Object.keys(errorMap)).toEqual(
      expect.arrayContaining(['INVALID', 'UNAVAILABLE', 'CANCELLED', 'INTERNAL'])
    )
    for (const [code, declared] of Object.entries(errorMap as ErrorMap)) {
      expect(declared?.status, code).toBe(ERROR_STATUS[code as keyof typeof ERROR_STATUS])
      expect(declared?.data, code).toBeDefined()
    }
  })
})

test('the platform suite finds an undeclared error', async () => {
  const throwing = (error: AppError) => async () => Promise.reject(error)
  const apps = {
    list: throwing(new AppError('FORBIDDEN', 'No.')),
    import: throwing(new AppError('CONFLICT', 'It is there.', undefined, { data: { name: 'a' } })),
    get: throwing(new AppError('NOT_FOUND', 'There is none.'))
  }
  const platform = declared({ apps } as unknown as Platform)
  await expect(platform.apps.list({})).rejects.toThrow('apps.list does not declare FORBIDDEN')
  await expect(platform.apps.import({ sha256: '' })).rejects.toThrow(
    'does not declare CONFLICT with {"name":"a"}'
  )
  await expect(platform.apps.get({ id: '' })).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
