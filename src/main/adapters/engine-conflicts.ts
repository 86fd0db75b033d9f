/** The two conflicts of starting an instance, worded alike by every engine. */
import { AppError } from '#shared/errors.ts'

export function alreadyRunning(instanceId: string): AppError {
  return new AppError(
    'CONFLICT',
    `The instance ${instanceId} is running already.`,
    'Stop it before it is started again.',
    { data: { instanceId } }
  )
}

/** Told from the other conflict by its `data.port`. */
export function portTaken(port: number, cause?: unknown): AppError {
  return new AppError(
    'CONFLICT',
    `Port ${port} of this computer is in use by another program.`,
    'Choose another port, or end the program that uses it.',
    { cause, data: { port } }
  )
}
