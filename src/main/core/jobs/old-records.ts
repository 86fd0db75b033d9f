/** Job records of earlier versions, whose titles and stages were sentences; these sentences are shown unchanged. */

/**
 * The record in the present form, with codes, so that it can be parsed as a job. Other values are returned unchanged.
 */
export function withCodes(record: unknown): unknown {
  if (!isObject(record) || typeof record.title !== 'string') return record
  const stages = Array.isArray(record.stages) ? record.stages : []
  return {
    ...{ ...record, subject: textOf(record.title), stage: textOf(record.stage) },
    stages: stages.map(entry => (isObject(entry) ? { ...entry, stage: textOf(entry.stage) } : entry))
  }
}

function textOf(text: unknown): unknown {
  return typeof text === 'string' ? { code: 'text', text } : text
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null
}
