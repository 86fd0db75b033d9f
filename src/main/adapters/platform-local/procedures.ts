/** The base of every procedure of the local platform: it adds the caller and translates errors into messages. */
import { implement } from '@orpc/server'
import { fileError } from '#core/files/files.ts'
import type { Caller } from '#core/platform/opened.ts'
import { refusedInput } from '#core/platform/refused-input.ts'
import { t } from '#shared/language.ts'
import { platformContract } from '#shared/platform.ts'
import { storeError } from '../store/errors.ts'

/** `folder` is named in errors of the database, and of files whose errors are not yet translated. */
export function proceduresIn(folder: string) {
  return implement(platformContract)
    .$context<Caller>()
    .use(async ({ next, signal }) => {
      try {
        signal?.throwIfAborted()
        return await next()
      } catch (error) {
        const known = storeError(refusedInput(error), folder)
        throw fileError(known, t`The state folder ${folder} cannot be used`)
      }
    })
}

export type Procedures = ReturnType<typeof proceduresIn>
