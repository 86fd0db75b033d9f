/** A platform whose errors are checked against its contract. */
import { isContractProcedure } from '@orpc/contract'
import { AppError } from '#shared/errors.ts'
import { type Platform, platformContract } from '#shared/platform.ts'

/** The same platform, but an AppError with a code or facts that its procedure does not declare fails the test. */
export function declared(platform: Platform): Platform {
  return declaredBelow(platform, platformContract, [])
}

function declaredBelow<Part extends object>(part: Part, contract: object, path: readonly string[]): Part {
  return new Proxy(part, {
    get(target, name, receiver) {
      const inner: unknown = Reflect.get(target, name, receiver)
      const below: unknown = Reflect.get(contract, name)
      if (typeof name === 'symbol' || typeof below !== 'object' || below === null) return inner
      return declaredBelow(inner as object, below, [...path, name])
    },
    async apply(target, self, args) {
      try {
        return await Reflect.apply(target as never, self, args)
      } catch (error) {
        throw error instanceof AppError ? held(error, contract, path) : error
      }
    }
  })
}

function held(error: AppError, procedure: object, path: readonly string[]): unknown {
  const { errorMap } = isContractProcedure(procedure) ? procedure['~orpc'] : { errorMap: {} }
  const known = errorMap[error.code]
  const { hint, data } = error
  const fits = known?.data?.['~standard'].validate({ hint, data })
  if (fits && !(fits instanceof Promise) && !fits.issues) return error
  const facts = JSON.stringify(data)
  return new Error(`${path.join('.')} does not declare ${error.code} with ${facts}: ${error.message}`)
}
