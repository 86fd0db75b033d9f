/** Reads an instance's log by cursor and prints it at the reader's pace, as text or as one JSON document. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Client } from '#shared/contract.ts'
import { AppError, reportOf } from '#shared/errors.ts'
import type { LogLine, LogPage } from '#shared/log.ts'
import { neutralise, withoutColours } from '#shared/text.ts'
import type { Context } from './context.ts'
import { OutputClosed } from './output.ts'

export interface LogOptions {
  readonly follow: boolean
  readonly tail?: number | undefined
  readonly timestamps: boolean
  /** Called at the end of the log: true if the log continues after all. */
  readonly goOn?: (() => Promise<boolean>) | undefined
}

const PAGE_BYTES = 1024 * 1024
const WAIT_MS = 20_000
const RETRY_MS = { first: 1000, most: 30_000 }

/** Prints the log to its end; without `follow`, only the lines there are now. Returns early if `signal` aborts. */
export async function writeLog(
  context: Context,
  client: Client,
  id: string,
  options: LogOptions,
  signal: AbortSignal
): Promise<void> {
  const writer = context.format === 'json' ? jsonWriter(context) : textWriter(context, options.timestamps)
  try {
    for await (const page of readPages(context, client, id, options, signal)) {
      if (page.dropped) {
        context.output.complain(
          `${page.dropped} lines are missing here: the log is bounded, and they were its oldest.`
        )
      }
      await writer.page(page)
    }
  } catch (error) {
    await writer.end(error)
    throw error
  }
  await writer.end()
}

async function* readPages(
  context: Context,
  client: Client,
  id: string,
  { follow, tail, goOn }: LogOptions,
  signal: AbortSignal
): AsyncGenerator<LogPage> {
  let cursor: string | undefined
  let failures = 0
  while (!signal.aborted) {
    try {
      const from = cursor === undefined ? { tail } : { cursor }
      const page = await client.platform.instances.readLog(
        { id, ...withoutUndefined(from), maxBytes: PAGE_BYTES, waitMs: follow ? WAIT_MS : 0 },
        { signal }
      )
      failures = 0
      yield page
      cursor = page.next
      if (page.end && (await goOn?.())) continue
      if (page.end || (!follow && page.lines.length === 0)) return
    } catch (error) {
      // An error after an interruption does not count: the instance may be gone by now.
      if (signal.aborted || context.signal.aborted) return
      if (!follow || !(error instanceof AppError) || error.code !== 'UNAVAILABLE') throw error
      await waitToRetry(context, error, failures++, signal)
    }
  }
}

/** Waits up to one second at first and up to half a minute later; random, so that readers do not all return at once. */
async function waitToRetry(context: Context, error: AppError, failures: number, signal: AbortSignal) {
  const most = Math.min(RETRY_MS.most, RETRY_MS.first * 2 ** failures)
  if (failures === 0) context.output.note(`${error.message} Trying again from the same place…`)
  await pause(most * (0.5 + Math.random() / 2), undefined, { signal }).catch(() => undefined)
}

function withoutUndefined<T extends object>(value: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined)) as never
}

interface PageWriter {
  page(page: LogPage): Promise<void>
  /** `error` is the reason if the log ended early. */
  end(error?: unknown): Promise<void>
}

/** The app's own text. A terminal gets only colour sequences; a pipe gets the text unchanged. */
function textWriter({ output }: Context, timestamps: boolean): PageWriter {
  const join = joinParts(timestamps)
  return {
    async page({ lines }) {
      const text = lines.map(join).join('')
      if (output.resultsAreTerminal)
        await output.write(output.dumb ? withoutColours(neutralise(text)) : neutralise(text))
      else await output.write(text)
    },
    async end(error) {
      // A colour that the app left on must not stay on in the user's shell.
      if (output.resultsAreTerminal && !output.dumb && !(error instanceof OutputClosed))
        await output.write('\x1b[0m')
    }
  }
}

/** Joins the parts of a line as they come; a line of the other stream between them starts on a new line. */
export function joinParts(timestamps: boolean): (line: LogLine) => string {
  let open: LogLine['stream'] | undefined
  return line => {
    const continues = open === line.stream
    const start = continues ? '' : `${open ? '\n' : ''}${timestamps ? `${line.time} ` : ''}`
    open = line.partial ? line.stream : undefined
    return `${start}${line.text}${line.partial ? '' : '\n'}`
  }
}

/** `{"lines": [ … ], "dropped": n}`, with each element on its own line, written as it comes. */
function jsonWriter({ output }: Context): PageWriter {
  let count = 0
  let dropped = 0
  return {
    async page(page) {
      dropped += page.dropped ?? 0
      const text = page.lines.map(line => `${count++ === 0 ? '{"lines": [' : ','}\n${JSON.stringify(line)}`)
      await output.write(text.join(''))
    },
    async end(error) {
      // If nothing was written yet, the error becomes the document.
      if (error instanceof OutputClosed || (error && count === 0)) return
      const failed = error ? `, "error": ${JSON.stringify(reportOf(error))}` : ''
      await output.write(`${count === 0 ? '{"lines": [' : '\n'}], "dropped": ${dropped}${failed}}\n`)
    }
  }
}
