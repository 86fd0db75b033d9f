/** Support documents: bounded, redacted from every source, and without what cannot be redacted. */
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { writeWhole } from '#core/files/files.ts'
import { homeFolders } from '#core/host/folders.ts'
import { DEFAULT_SETTINGS } from '#core/host/settings.ts'
import {
  logText,
  MAX_DOCUMENT_CHARS,
  type SupportSources,
  supportDocuments
} from '#core/support/documents.ts'
import { createSupport } from '#core/support/service.ts'
import type { LogLine } from '#shared/log.ts'
import type { Platform } from '#shared/platform.ts'
import { instance } from '../../cli/support.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-support-'))
})
afterEach(() => rm(folder, { recursive: true }))

const SECRET = 'planted-secret-1'

const line = (text: string, change: Partial<LogLine> = {}): LogLine => ({
  ...{ time: '2020-10-13T06:38:58.05Z', stream: 'stdout', text },
  ...change
})

function sources(
  change: Partial<SupportSources> = {},
  lines: readonly LogLine[] = [],
  first = 0
): SupportSources {
  const platform = {
    apps: { list: async () => [] },
    instances: {
      list: async () => [instance()],
      readLog: async () => ({ lines, next: 'n', first, end: true })
    }
  } as unknown as Platform
  return {
    version: '1.0.0',
    host: 'test',
    folders: homeFolders({ Q8S_HOME: folder }),
    env: {},
    settings: async () => ({ ...DEFAULT_SETTINGS, user: 'ada' }),
    checks: async () => [],
    jobs: async () => [],
    hostLog: async () => '',
    platform: async () => platform,
    secretValues: async () => ({ values: [SECRET] }),
    ...change
  }
}

const allText = async (from: SupportSources) =>
  (await supportDocuments(from)).map(({ name, about, text }) => `${name} ${about} ${text}`).join('\n')

test('a secret value is removed from every source, including tokens of the environment', async () => {
  const text = await allText(
    sources(
      {
        env: { MY_API_TOKEN: 'token-of-mine', HOME_X: 'stays' },
        hostLog: async () => `Error: no answer to ${SECRET} in time`,
        folders: homeFolders({ Q8S_HOME: `/home/${SECRET}` }),
        settings: async () => ({ ...DEFAULT_SETTINGS, user: SECRET, profile: 'token-of-mine' })
      },
      [line(`pass: ${SECRET}`), line('coloured: plan\u001b[31mted-secret-1'), line('harmless')]
    )
  )
  expect(text).not.toContain(SECRET)
  expect(text).not.toContain('token-of-mine')
  expect(text).toContain('coloured: [redacted]')
  expect(text).toContain('q8s.log Log of q8s itself Error: no answer to [redacted] in time')
  expect(text).toContain('harmless')
  expect(text).toContain('MY_API_TOKEN')
})

test('while secrets cannot be read, nothing that an app wrote or received is included', async () => {
  const locked = sources(
    {
      hostLog: async () => `Error: no answer to ${SECRET} in time`,
      secretValues: async () => ({ values: [], problem: { message: 'The keychain is locked.' } })
    },
    [line(`pass: ${SECRET}`)]
  )
  const documents = await supportDocuments(locked)
  expect(documents.map(({ name }) => name)).toEqual([
    'README.txt',
    'versions.json',
    'settings.json',
    'checks.json'
  ])
  expect(documents[0]?.text).toContain('The keychain is locked.')
  await expect(createSupport(locked).redact('x')).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test('a source that fails does not affect the others', async () => {
  const failing = sources({
    checks: async () => {
      throw new Error('no checks')
    }
  })
  const documents = await supportDocuments(failing)
  expect(documents.find(({ name }) => name === 'checks.json')?.text).toContain('no checks')
  expect(documents.some(({ name }) => name.startsWith('instances/'))).toBe(true)
})

test('a long document keeps its end, and is cut after redaction', async () => {
  const filler = Array.from({ length: 400 }, () => line('x'.repeat(2000)))
  const cut = await supportDocuments(sources({}, [...filler, line(`last ${SECRET}`)]))
  const log = cut.find(({ name }) => name.startsWith('instances/'))?.text ?? ''
  expect(log.length).toBeLessThan(MAX_DOCUMENT_CHARS + 100)
  expect(log).toMatch(/^\[the beginning was cut\]/)
  expect(log).toMatch(/last \[redacted\]\n$/)
})

test('a value split over pieces of a line is found, and a line without its beginning is left out', () => {
  const pieces = [
    line('tail-of-a-secret'),
    line('planted-', { partial: true }),
    line('from elsewhere', { stream: 'stderr' }),
    line('secret-1')
  ]
  expect(logText(pieces, false)).toBe(
    '2020-10-13T06:38:58.05Z stderr from elsewhere\n2020-10-13T06:38:58.05Z stdout planted-secret-1\n'
  )
  expect(logText(pieces, true)).toContain('tail-of-a-secret')
})

test('the saved document is the one that was shown, and only the newest is kept', async () => {
  const support = createSupport(sources())
  const first = await support.prepare()
  const second = await support.prepare()
  await expect(support.archive(first.id)).rejects.toMatchObject({ code: 'NOT_FOUND' })
  const bytes = Buffer.from(await (await support.archive(second.id)).arrayBuffer())
  for (const { name } of second.files) expect(bytes.includes(name)).toBe(true)
})

test('a file that cannot be written completely is removed, and the previous one stays', async () => {
  const path = join(folder, 'a.zip')
  await writeFile(path, 'before')
  async function* broken() {
    yield Buffer.from('half')
    throw new Error('the source ended')
  }
  await expect(writeWhole(path, broken())).rejects.toThrow('the source ended')
  expect(await readdir(folder)).toEqual(['a.zip'])
  expect(await readFile(path, 'utf8')).toBe('before')
  await mkdir(join(folder, 'b.zip'))
  await expect(writeWhole(join(folder, 'no', 'c.zip'), broken())).rejects.toMatchObject({ code: 'NOT_FOUND' })
})
