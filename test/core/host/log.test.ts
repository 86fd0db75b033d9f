/** The hosts' own log: bounded, safe with several writers, silent when not writable, without arguments of calls. */
import { once } from 'node:events'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest'
import { createHostLog, type HostLogOptions } from '#core/host/log.ts'
import { AppError } from '#shared/errors.ts'
import { buildChild, startChild } from '../../child.ts'

let stateFolder = ''
beforeEach(async () => {
  stateFolder = await mkdtemp(join(tmpdir(), 'q8s-host-log-'))
})
afterEach(() => rm(stateFolder, { recursive: true, force: true }))

const openLog = (change: Partial<HostLogOptions> = {}) =>
  createHostLog({ stateFolder, host: 'electron', ...change })

/** Every entry on disk, in the order of the files; fails for an incomplete line. */
async function entries(): Promise<{ host: string; text: string }[]> {
  const names = (await readdir(join(stateFolder, 'log'))).sort((a, b) => parseInt(a, 10) - parseInt(b, 10))
  const texts = await Promise.all(names.map(name => readFile(join(stateFolder, 'log', name), 'utf8')))
  const lines = texts.join('').split('\n')
  expect(lines.pop()).toBe('')
  return lines.map(line => JSON.parse(line))
}

async function bytesOnDisk(): Promise<number> {
  const folder = join(stateFolder, 'log')
  const sizes = await Promise.all(
    (await readdir(folder)).map(async name => (await stat(join(folder, name))).size)
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

test('an error is printed on stderr and kept with its causes, but without its data', async () => {
  const stderr = vi.spyOn(console, 'error').mockImplementation(() => undefined)
  onTestFinished(() => stderr.mockRestore())
  const log = openLog()
  const cause = Object.assign(new Error('the server hung up'), { request: 'argument-1' })
  log.note('It started.')
  log.error(
    new AppError('UNAVAILABLE', 'There was no answer.', undefined, { cause, data: { a: 'argument-2' } })
  )
  log.uncaught({ password: 'argument-3' })
  expect(stderr).toHaveBeenCalledOnce()

  const text = await log.tail()
  expect(text).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z electron \d+ It started\.\n/)
  expect(text).toContain('There was no answer.')
  expect(text).toContain('Caused by: Error: the server hung up\n    at ')
  expect(text).toContain('an object that is no error')
  expect(await readFile(join(stateFolder, 'log', '1.log'), 'utf8')).not.toMatch(/argument-\d/)
})

test('secrets of this process and passwords in addresses are not written to disk', async () => {
  const log = openLog({ secrets: () => ['token-of-mine'] })
  log.uncaught(new Error('GET https://ada:hunter22@host/?t=token-of-mine failed'))
  expect((await entries())[0]?.text).toMatch(
    /^Error: GET https:\/\/ada:\[redacted\]@host\/\?t=\[redacted\] failed/
  )
})

test('a long error keeps complete lines only', async () => {
  const log = openLog()
  const error = new Error()
  error.stack = `Error: begins\n${'x'.repeat(40_000)}half-of-a-secret\n    at the end`
  log.uncaught(error)
  expect((await entries())[0]?.text).toBe('Error: begins\n    at the end\n[40017 characters are left out]')
})

test('however much is written, only the two newest files are kept', async () => {
  const log = openLog({ fileBytes: 4_000 })
  for (let number = 1; number <= 400; number++) log.note(`entry ${number} ${'x'.repeat(60)}`)
  expect(await readdir(join(stateFolder, 'log'))).toHaveLength(2)
  expect(await bytesOnDisk()).toBeLessThanOrEqual(8_000)
  const numbers = (await entries()).map(({ text }) => Number(text.split(' ')[1]))
  expect(numbers.length).toBeGreaterThan(20)
  expect(numbers).toEqual(numbers.map((_, index) => 400 - numbers.length + index + 1))
  expect(await log.tail()).toContain('entry 400 ')
})

test('processes that write at the same time neither lose nor split an entry', async () => {
  await writeTogether({ writers: 4, count: 500, fileBytes: 10_000_000 })
  const all = await entries()
  for (const host of ['writer-1', 'writer-2', 'writer-3', 'writer-4']) {
    const numbers = all.filter(entry => entry.host === host).map(({ text }) => Number(text.split(' ')[0]))
    expect(numbers).toEqual(Array.from({ length: 500 }, (_, index) => index))
  }
})

test('nor do they when files fill up again and again, and the bound holds', async () => {
  const fileBytes = 32_000
  await writeTogether({ writers: 4, count: 500, fileBytes })
  // Each writer may have found room for an entry at the same time as the others.
  expect(await bytesOnDisk()).toBeLessThan(2 * fileBytes + 8_000)
  expect((await entries()).length).toBeGreaterThan(50)
})

async function writeTogether({
  writers,
  count,
  fileBytes
}: Record<'writers' | 'count' | 'fileBytes', number>) {
  const program = await buildChild('fixtures/host-log-child.ts')
  const children = Array.from({ length: writers }, (_, index) =>
    startChild(program, [stateFolder, `writer-${index + 1}`, String(count), String(fileBytes)])
  )
  const ready = children.map(child => child.stdout && once(child.stdout, 'data'))
  const ends = children.map(child => once(child, 'exit'))
  await Promise.all(ready)
  for (const child of children) child.stdin?.end()
  expect(await Promise.all(ends)).toEqual(children.map(() => [0, null]))
}

test('a log that cannot be written is skipped without an error', async () => {
  const noFolder = openLog({ stateFolder: join(stateFolder, 'a-file') })
  await writeFile(join(stateFolder, 'a-file'), '')
  noFolder.note('lost')
  noFolder.uncaught(new Error('lost'))
  await expect(noFolder.tail()).rejects.toMatchObject({ code: 'INVALID' })
  expect(await openLog().tail()).toBe('')

  await mkdir(join(stateFolder, 'log', '1.log'), { recursive: true })
  openLog().note('lost')
  expect(await openLog().tail()).toBe('')
})

test.runIf(process.platform === 'linux')('a full disk causes no error for callers', async () => {
  await mkdir(join(stateFolder, 'log'))
  await symlink('/dev/full', join(stateFolder, 'log', '1.log'))
  openLog().note('lost')
  expect(await openLog().tail()).toBe('')
})

test('incomplete and invalid entries are skipped', async () => {
  const log = openLog()
  log.note('before')
  await writeFile(join(stateFolder, 'log', '1.log'), '{"time":"2026-01-0\n{}\nnot JSON\n', { flag: 'a' })
  log.note('\u001b[31mafter\u202e')
  const text = await log.tail()
  expect(text.trimEnd().split('\n')).toEqual([
    expect.stringMatching(/ before$/),
    expect.stringMatching(/ after$/)
  ])
})
