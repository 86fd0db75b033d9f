/** Engine errors that a platform handles; each has its own class. */
import { AppError } from '#shared/errors.ts'

interface Details {
  readonly cause?: unknown
}

/**
 * Why an engine gives no information about an instance: `silent`, it did not answer in time; `absent`, there is no
 * engine; `elsewhere`, the instance was started in another engine than the present one.
 */
export type EngineTrouble = 'silent' | 'absent' | 'elsewhere'

/** UNAVAILABLE: the engine cannot be asked about an instance. */
export class EngineUnavailable extends AppError {
  readonly trouble: EngineTrouble

  constructor(trouble: EngineTrouble, message: string, hint?: string, details?: Details) {
    super('UNAVAILABLE', message, hint, details)
    this.trouble = trouble
  }
}

/** UNAVAILABLE: some processes could not be ended. */
export class StillRunning extends AppError {
  constructor(pids: readonly number[], message: string, hint?: string) {
    super('UNAVAILABLE', message, hint, { data: { pids: [...pids] } })
  }
}

/** CONFLICT: another program took the port before the instance could. */
export class PortTaken extends AppError {
  constructor(port: number, message: string, hint?: string, details?: Details) {
    super('CONFLICT', message, hint, { ...details, data: { port } })
  }
}
