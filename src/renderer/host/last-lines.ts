/** The last log lines of an instance. */
import { useQuery } from '@tanstack/react-query'
import type { Instance } from '#shared/instance.ts'
import { lastWords } from '#shared/last-lines.ts'
import type { LogLine } from '#shared/log.ts'
import { tidyJson } from '../labels/json-lines.ts'
import { useHost } from './client.ts'

/** Makes a line readable: the launcher writes its own lines as JSON. */
export function readableText({ stream, text }: LogLine): string {
  return (stream === 'system' ? tidyJson(text)?.text : undefined) ?? text
}

/** The app's last lines, or the launcher's if the app wrote none. Read once each time it ends; empty while loading. */
export function useLastLines({ id, endedAt = '' }: Instance, count: number): readonly string[] {
  const { client } = useHost()
  const lines = useQuery({
    queryKey: ['last-lines', id, endedAt, count],
    queryFn: () => lastWords(client.platform, id, count),
    staleTime: Number.POSITIVE_INFINITY
  }).data
  return (lines ?? []).map(readableText)
}
