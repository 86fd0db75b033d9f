/** The errors of engines that a platform acts on, each a class of its own. */
import { AppError } from '#shared/errors.ts'

interface Details {
  readonly cause?: unknown
}

/**
 * Why an engine says nothing of an instance: `silent`, it was waited for in vain; `absent`, there is no engine to ask;
 * `elsewhere`, the instance was started in another engine than the one that is asked now.
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

/** UNAVAILABLE: what runs could not be ended. */
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
