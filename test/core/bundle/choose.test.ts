/** Choosing files changes the project's own .q8signore, and no other file. */
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { chooseFiles } from '#core/bundle/files/choose.ts'
import { reportFiles } from '#core/bundle/write/report.ts'
import { locks } from '../locks.ts'
import { project, temporaryFolder } from './project.ts'

async function entries(folder: string): Promise<Record<string, boolean>> {
  const { entries: all } = await reportFiles(folder)
  return Object.fromEntries(all.map(({ path, included }) => [path, included]))
}

const rules = (folder: string) => readFileSync(join(folder, '.q8signore'), 'utf8')

test('a file can be excluded and included again', async () => {
  const folder = project({ 'data/a b.csv': '1', 'data/c.csv': '2' })
  expect(await chooseFiles(locks, folder, { files: ['data/a b.csv'], included: false })).toEqual([
    '/data/a\\ b.csv'
  ])
  expect(await entries(folder)).toMatchObject({ 'data/a b.csv': false, 'data/c.csv': true })
  await chooseFiles(locks, folder, { files: ['data/a b.csv'], included: true })
  expect(await entries(folder)).toMatchObject({ 'data/a b.csv': true })
  expect(rules(folder)).toBe('')
})

test('other lines keep every byte, line ends included', async () => {
  const before = '\uFEFF# mine\r\n\r\n*.log  \r\n!keep.log'
  const folder = project({ '.q8signore': before, 'a.csv': '1', 'b.log': '', 'keep.log': '' })
  await chooseFiles(locks, folder, { files: ['a.csv'], included: false })
  expect(rules(folder)).toBe(`${before}\r\n/a.csv\r\n`)
  await chooseFiles(locks, folder, { files: ['a.csv'], included: true })
  expect(rules(folder)).toBe(`${before}\r\n`)
})

test('choosing a folder replaces the choices below it', async () => {
  const folder = project({
    'data/a.csv': '1',
    'data/deep/b.csv': '2',
    'data/c.tmp': '3',
    '.gitignore': '*.tmp\n'
  })
  await chooseFiles(locks, folder, { files: ['data/a.csv', 'data/deep/'], included: false })
  await chooseFiles(locks, folder, { files: ['data/'], included: false })
  expect(rules(folder)).toBe('/data/\n')
  expect(await entries(folder)).toMatchObject({ 'data/': false })
  await chooseFiles(locks, folder, { files: ['data/'], included: true })
  expect(await entries(folder)).toMatchObject({
    'data/a.csv': true,
    'data/deep/b.csv': true,
    'data/c.tmp': true
  })
})

test('including a folder does not include its caches', async () => {
  const folder = project({ 'lib/a.py': '', 'lib/__pycache__/a.pyc': '', '.gitignore': 'lib/\n' })
  await chooseFiles(locks, folder, { files: ['lib/'], included: true })
  expect(await entries(folder)).toMatchObject({ 'lib/a.py': true, 'lib/__pycache__/': false })
})

test('files that every bundle needs cannot be excluded, and nothing is written', async () => {
  const folder = project({ 'requirements.txt': '' })
  for (const file of ['q-app.toml', 'requirements.txt']) {
    await expect(chooseFiles(locks, folder, { files: [file], included: false })).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining(file)
    })
  }
  expect(existsSync(join(folder, '.q8signore'))).toBe(false)
})

test.each(['../out.txt', '/etc/passwd', 'a/../../b', 'C:/x', 'a\nb', ''])(
  'a path outside the project (%j) is refused',
  async path => {
    const folder = project({ 'a.txt': '' })
    await expect(chooseFiles(locks, folder, { files: [path], included: false })).rejects.toMatchObject({
      code: 'INVALID'
    })
    expect(existsSync(join(folder, '.q8signore'))).toBe(false)
  }
)

test.skipIf(process.platform === 'win32')('a .q8signore that is a link is not written through', async () => {
  const folder = project({ 'a.txt': '' })
  const outside = join(temporaryFolder(), 'outside')
  writeFileSync(outside, '# theirs\n')
  symlinkSync(outside, join(folder, '.q8signore'))
  await expect(chooseFiles(locks, folder, { files: ['a.txt'], included: false })).rejects.toMatchObject({
    code: 'INVALID'
  })
  expect(readFileSync(outside, 'utf8')).toBe('# theirs\n')
  expect(readdirSync(folder).filter(name => name.endsWith('.tmp'))).toEqual([])
})

test('any name can be chosen, even with characters that have a meaning in a pattern', async () => {
  const name = fc.stringMatching(/^[a-z!#*?[\] \\é-]{1,12}$/).filter(text => !/\\|^ | $|^\.+$/.test(text))
  await fc.assert(
    fc.asyncProperty(name, async odd => {
      const folder = project({ 'other.py': '' })
      mkdirSync(join(folder, 'd'))
      writeFileSync(join(folder, 'd', odd), 'x')
      writeFileSync(join(folder, 'd', 'zzzz'), 'x')
      await chooseFiles(locks, folder, { files: [`d/${odd}`], included: false })
      expect(await entries(folder)).toMatchObject({ [`d/${odd}`]: false, 'other.py': true })
      await chooseFiles(locks, folder, { files: [`d/${odd}`], included: true })
      expect(await entries(folder)).toMatchObject({ [`d/${odd}`]: true })
    }),
    { numRuns: 25 }
  )
})
