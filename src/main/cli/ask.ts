/** Asks questions on a terminal; stdout stays free for the result. */
import { createInterface } from 'node:readline'
import { Writable } from 'node:stream'
import { AppError } from '#shared/errors.ts'
import { UsageError } from './command.ts'
import { type Context, canAsk } from './context.ts'

export interface Question {
  readonly text: string
  /** Used for an empty answer. */
  readonly fallback: string
  /** Returns what is wrong with an answer; the question is then asked again. */
  readonly refuse?: (answer: string) => string | undefined
}

/** Asks the questions one after another. Ctrl-C and the end of input throw CANCELLED. */
export async function ask(context: Context, questions: readonly Question[]): Promise<string[]> {
  const answers: string[] = []
  await withTerminal(context, context.output.messages, async question => {
    for (const { text, fallback, refuse } of questions) {
      for (;;) {
        const answer = (await question(`${text}${fallback ? ` [${fallback}]` : ''}: `)).trim() || fallback
        const wrong = refuse?.(answer)
        if (wrong === undefined) {
          answers.push(answer)
          break
        }
        context.output.complain(`  ${wrong}`)
      }
    }
  })
  return answers
}

/**
 * Asks before things are removed for good, and shows `what` first. UsageError if no terminal can be asked (then `hint`
 * says how to confirm), or if the answer is no.
 */
export async function confirmRemoval(
  context: Context,
  { what, question, hint }: { readonly what: string; readonly question: string; readonly hint: string }
): Promise<void> {
  if (!canAsk(context)) throw new UsageError(what, hint)
  context.output.complain(what)
  const refuse = (answer: string) => (/^(y|yes|n|no)$/i.test(answer) ? undefined : 'Answer yes or no.')
  const [answer] = await ask(context, [{ text: question, fallback: 'no', refuse }])
  if (!/^y/i.test(answer ?? '')) throw new UsageError('Nothing was removed.')
}

/** Asks for a value and hides what is typed. */
export async function readHidden(context: Context, text: string): Promise<string> {
  const silent = new Writable({ write: (_chunk, _encoding, done) => done() })
  context.output.messages.write(text)
  try {
    return await withTerminal(context, silent, question => question(''))
  } finally {
    context.output.messages.write('\n')
  }
}

/** Keeps lines that were typed ahead or pasted, for the next questions. */
async function withTerminal<T>(
  context: Context,
  output: NodeJS.WritableStream,
  use: (question: (text: string) => Promise<string>) => Promise<T>
): Promise<T> {
  const terminal = createInterface({ input: context.stdin, output, terminal: true })
  const close = () => terminal.close()
  context.signal.addEventListener('abort', close, { once: true })
  const lines = terminal[Symbol.asyncIterator]()
  try {
    return await use(async text => {
      terminal.setPrompt(text)
      terminal.prompt()
      const { done, value } = await lines.next()
      if (!done) return value
      output.write('\n')
      throw new AppError('CANCELLED', 'Cancelled.')
    })
  } finally {
    context.signal.removeEventListener('abort', close)
    close()
  }
}
