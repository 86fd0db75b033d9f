/** Support archives of a host: shown first, then saved exactly as shown; and the redactor for error reports. */
import { randomUUID } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { SupportPreview } from '#shared/system.ts'
import { supportArchive } from './archive.ts'
import { knownValues, type SupportDocument, type SupportSources, supportDocuments } from './documents.ts'
import { createRedact } from './redact.ts'

/** Milliseconds that a prepared archive can be saved. */
const KEPT_MS = 600_000
/** Characters of each document that are shown before saving. */
const HEAD_CHARS = 20_000

export interface Support {
  prepare(signal?: AbortSignal): Promise<SupportPreview>
  /** NOT_FOUND if it was prepared too long ago, or if another one was prepared since. */
  archive(id: string): Promise<Blob>
  /** UNAVAILABLE if not all secret values are known. */
  redact(text: string): Promise<string>
}

export function createSupport(sources: SupportSources): Support {
  let prepared: { readonly id: string; readonly documents: readonly SupportDocument[] } | undefined
  let timer: NodeJS.Timeout | undefined
  return {
    async prepare(signal) {
      const documents = await supportDocuments(sources, signal)
      prepared = { id: randomUUID(), documents }
      clearTimeout(timer)
      timer = setTimeout(() => {
        prepared = undefined
      }, KEPT_MS).unref()
      const files = documents.map(({ name, about, text }) => ({
        ...{ name, about, size: Buffer.byteLength(text) },
        head: text.slice(0, HEAD_CHARS)
      }))
      return { id: prepared.id, files }
    },
    async archive(id) {
      if (prepared?.id !== id) {
        throw new AppError('NOT_FOUND', t`That support archive is no longer available.`, t`Prepare it again.`)
      }
      const bytes = await buffer(await supportArchive(prepared.documents))
      return new Blob([new Uint8Array(bytes)], { type: 'application/zip' })
    },
    async redact(text) {
      const { values, problem } = await knownValues(sources)
      if (problem) throw new AppError('UNAVAILABLE', problem.message, problem.hint)
      return createRedact(values)(text)
    }
  }
}
