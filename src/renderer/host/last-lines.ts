/** The last lines an instance wrote. */
import { useQuery } from '@tanstack/react-query'
import type { Instance } from '#shared/instance.ts'
import { lastWords } from '#shared/last-lines.ts'
import type { LogLine } from '#shared/log.ts'
import { tidyJson } from '../labels/json-lines.ts'
import { useHost } from './client.ts'

/** As people read it: lines of the launcher's own are JSON for programs. */
export function readableText({ stream, text }: LogLine): string {
  return (stream === 'system' ? tidyJson(text)?.text : undefined) ?? text
}

/** The app's own, the launcher's where it said nothing. Read once for each end of it; none while they are read. */
export function useLastLines({ id, endedAt = '' }: Instance, count: number): readonly string[] {
  const { client } = useHost()
  const lines = useQuery({
    queryKey: ['last-lines', id, endedAt, count],
    queryFn: () => lastWords(client.platform, id, count),
    staleTime: Number.POSITIVE_INFINITY
  }).data
  return (lines ?? []).map(readableText)
}
