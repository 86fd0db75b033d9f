/** Turns a function into a method of the platform: input parsed and defaulted by the contract, errors in words. */
import type { AnySchema, ContractProcedure, InferSchemaInput, InferSchemaOutput } from '@orpc/contract'
import { fileError } from '#core/files/files.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { storeError } from '../store/errors.ts'

export interface CallOptions {
  readonly signal?: AbortSignal | undefined
}

/** `folder` is named in errors of the database and of files no one else has translated. */
export function methodsOf(folder: string) {
  return function method<Schema extends AnySchema, Output>(
    // biome-ignore lint/suspicious/noExplicitAny: only the input's schema matters here
    procedure: ContractProcedure<Schema, any, any, any>,
    work: (input: InferSchemaOutput<Schema>, signal: AbortSignal | undefined) => Promise<Output>
  ) {
    return async (input?: InferSchemaInput<Schema>, options?: CallOptions): Promise<Output> => {
      try {
        options?.signal?.throwIfAborted()
        return await work(await parse(procedure['~orpc'].inputSchema, input), options?.signal)
      } catch (error) {
        throw fileError(storeError(error, folder), t`The state folder ${folder} cannot be used`)
      }
    }
  }
}

async function parse<Schema extends AnySchema>(schema: Schema | undefined, input: unknown) {
  if (!schema) return undefined as InferSchemaOutput<Schema>
  const result = await schema['~standard'].validate(input)
  if (!result.issues) return result.value as InferSchemaOutput<Schema>
  const words = result.issues.map(({ message, path }) => {
    const field = path?.map(part => String(typeof part === 'object' ? part.key : part)).join('.')
    return field ? `${field}: ${message}` : message
  })
  throw new AppError('INVALID', t`The request is not valid: ${words.join('; ')}.`)
}
