/** The two conflicts of starting an instance. Every engine uses these messages. */
import { PortTaken } from '#core/platform/engine-errors.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'

export function alreadyRunning(instanceId: string): AppError {
  return new AppError(
    'CONFLICT',
    t`The instance ${instanceId} is running already.`,
    t`Stop it before it is started again.`,
    { data: { instances: [instanceId] } }
  )
}

export function portTaken(port: number, cause?: unknown): PortTaken {
  return new PortTaken(
    port,
    t`Port ${port} of this computer is in use by another program.`,
    t`Choose another port, or end the program that uses it.`,
    { cause }
  )
}
