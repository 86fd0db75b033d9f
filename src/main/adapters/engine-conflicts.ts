/** The two conflicts of starting an instance, worded alike by every engine. */
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

export function alreadyRunning(instanceId: string): AppError {
  return new AppError(
    'CONFLICT',
    t`The instance ${instanceId} is running already.`,
    t`Stop it before it is started again.`,
    { data: { instanceId } }
  )
}

/** Told from the other conflict by its `data.port`. */
export function portTaken(port: number, cause?: unknown): AppError {
  return new AppError(
    'CONFLICT',
    t`Port ${port} of this computer is in use by another program.`,
    t`Choose another port, or end the program that uses it.`,
    { cause, data: { port } }
  )
}
