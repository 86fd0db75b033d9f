/** Records of jobs as versions wrote them in which titles and stages were sentences: these are shown as they are. */

/** The record with codes, so that it can be parsed as a job; anything else as it is. */
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
