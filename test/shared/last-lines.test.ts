/** The last lines of an instance: the app's own, or the launcher's if the app printed nothing. */
import { expect, test } from 'vitest'
import { lastWords } from '#shared/last-lines.ts'
import type { LogLine } from '#shared/log.ts'

function platformOf(...lines: readonly [LogLine['stream'], string][]) {
  const all = lines.map(([stream, text]) => ({ time: '2026-01-01T10:00:00.000Z', stream, text }))
  const readLog = async ({ tail = 0 }: { tail?: number }) => ({ lines: all.slice(-tail), next: '' })
  return { instances: { readLog } } as unknown as Parameters<typeof lastWords>[0]
}
const textsOf = (lines: readonly LogLine[]) => lines.map(({ text }) => text)

test('are the last of the app, however many lines of the launcher follow', async () => {
  const platform = platformOf(
    ['system', 'Run of a 1.0.0 started'],
    ['stdout', 'on my way'],
    ['stderr', 'no settings were found'],
    ...Array.from({ length: 15 }, (): ['system', string] => ['system', '{"message":"it ended"}'])
  )
  expect(textsOf(await lastWords(platform, 'id', 2))).toEqual(['on my way', 'no settings were found'])
  expect(textsOf(await lastWords(platform, 'id', 1))).toEqual(['no settings were found'])
})

test('are those of the launcher if the app printed nothing', async () => {
  const platform = platformOf(
    ['system', 'Run of a 1.0.0 started'],
    ['system', '{"message":"no such module"}']
  )
  expect(textsOf(await lastWords(platform, 'id', 5))).toEqual([
    'Run of a 1.0.0 started',
    '{"message":"no such module"}'
  ])
})
