/** Everything a command may use: the client, the streams, the signal of Ctrl-C, the clock. Tests pass their own. */
import type { HomeCopies } from '#core/ports.ts'
import type { Client } from '#shared/contract.ts'
import type { Output } from './output.ts'

export type Format = 'text' | 'json'

export interface Context {
  /** The base folder of relative paths. */
  readonly cwd: string
  readonly env: Readonly<Record<string, string | undefined>>
  readonly format: Format
  /** Stdin, for values that should not appear in the shell's history. */
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown }
  readonly output: Output
  /** Aborts at the first Ctrl-C. */
  readonly signal: AbortSignal
  now(): Date
  /** The host's client. It is created at the first call, so that commands without it start faster. */
  client(): Promise<Client>
  /** Backups of the host's home. Not part of the contract: a window must not be able to name a file to restore. */
  copies(): Promise<HomeCopies>
}

/** Whether a person can be asked. */
export function canAsk(context: Context): boolean {
  return context.format === 'text' && context.stdin.isTTY === true && context.output.messagesAreTerminal
}
