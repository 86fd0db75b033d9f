/**
 * Project files that are not plain files: none blocks its reader, none is read without a limit, and findings report
 * them.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { chooseFiles } from '#core/bundle/files/choose.ts'
import { reportFiles } from '#core/bundle/write/report.ts'
import { detectProject } from '#core/project/detect.ts'
import { findManifest, readManifest } from '#core/project/manifest-file.ts'
import { readPictures } from '#core/project/pictures.ts'
import { readRequirementsOf } from '#core/project/requirements.ts'
import { look } from '#core/publishing/inspect.ts'
import { AppError } from '#shared/errors.ts'
import { MANIFEST, project, temporaryFolder } from '../core/bundle/project.ts'
import { locks } from '../core/locks.ts'
import { openShell, type Shell } from '../real/cli-support.ts'

const posix = process.platform !== 'win32'
const GIB = 1024 ** 3

/** Creates something that is not a plain file, or is far too large for its name. */
const TRAPS: Readonly<Record<string, (path: string) => void>> = {
  'a folder': path => {
    mkdirSync(path)
    writeFileSync(join(path, 'inside.txt'), 'x')
  },
  'a file of 1 GB': path => {
    writeFileSync(path, '')
    truncateSync(path, GIB)
  },
  ...(posix && {
    'a pipe': (path: string) => void execFileSync('mkfifo', [path]),
    'a link to an endless device': (path: string) => symlinkSync('/dev/zero', path),
    'a link to a pipe beside it': (path: string) => {
      execFileSync('mkfifo', [join(dirname(path), 'a-pipe')])
      symlinkSync('a-pipe', path)
    }
  }),
  ...(posix &&
    process.getuid?.() === 0 && {
      'an endless device': (path: string) => void execFileSync('mknod', [path, 'c', '1', '5'])
    })
}

function trapped(file: string, trap: (path: string) => void): string {
  const folder = project({ 'requirements.txt': 'h2o-wave\n', 'sub/data.txt': 'x', 'static/.keep': '' })
  rmSync(join(folder, file), { force: true })
  trap(join(folder, file))
  return folder
}

/** The memory, in MiB, that it costs to try everything that reads project files. */
async function readAll(folder: string): Promise<number> {
  const before = process.memoryUsage().rss
  const folders = { temporary: temporaryFolder(), index: temporaryFolder() }
  await Promise.allSettled([
    reportFiles(folder),
    look(folder, folders),
    detectProject(folder),
    readPictures(folder),
    readRequirementsOf(folder),
    findManifest(folder).then(readManifest),
    chooseFiles(locks, folder, { files: ['sub/data.txt'], included: false })
  ])
  return (process.memoryUsage().rss - before) / 1024 ** 2
}

const READ_BY_THE_HOST = [
  'requirements.txt',
  'q-app.toml',
  'app.py',
  'pyproject.toml',
  'static/icon.png',
  '.gitignore',
  '.q8signore'
]

describe.each(Object.entries(TRAPS))('%s', (_, trap) => {
  test.each(['.q8signore', 'sub/.q8signore'])(
    'as %s is an error that says its rules do not apply',
    async file => {
      const { findings } = await reportFiles(trapped(file, trap))
      expect(findings.filter(({ rule }) => rule === 'ignore-file-unread')).toMatchObject([
        { severity: 'error', file, message: expect.stringMatching(/not a plain file|at most/) }
      ])
    },
    10_000
  )

  test('as .gitignore is a warning', async () => {
    const { findings } = await reportFiles(trapped('.gitignore', trap))
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'ignore-file-unread', severity: 'warning', file: '.gitignore' })
    )
  }, 10_000)

  test('as .q8signore is not changed by a choice of files', async () => {
    const folder = trapped('.q8signore', trap)
    await expect(chooseFiles(locks, folder, { files: ['app.py'], included: false })).rejects.toMatchObject({
      code: 'INVALID'
    })
  }, 10_000)

  test.each(READ_BY_THE_HOST)(
    'as %s blocks no reader and costs no memory, however often it is read',
    async file => {
      const folder = trapped(file, trap)
      // More reads than Node has file threads: if each blocked one, no other file could be read.
      for (let times = 0; times < 5; times++) expect(await readAll(folder)).toBeLessThan(200)
      await expect(reportFiles(project())).resolves.toHaveProperty('count')
    },
    20_000
  )
})

test('a manifest that is not a file gives a clear error', async () => {
  for (const trap of Object.values(TRAPS)) {
    const error = await reportFiles(trapped('q-app.toml', trap)).catch(reason => reason)
    expect(error).toBeInstanceOf(AppError)
    expect(['NOT_FOUND', 'INVALID']).toContain(error.code)
  }
})

describe.runIf(posix)('q8s-cli', () => {
  let shell: Shell
  beforeAll(async () => {
    shell = await openShell()
  })
  afterAll(() => shell?.close())

  test('stops if .q8signore is a pipe, and says why', async () => {
    const folder = trapped('.q8signore', TRAPS['a pipe'] as (path: string) => void)
    const { code, stdout, stderr } = await shell.run(['bundle', '--dry-run'], { cwd: folder })
    expect(code).not.toBe(0)
    expect(stdout + stderr).toContain('.q8signore could not be read: it is not a plain file.')
  }, 20_000)

  test('bundles a project whose .q8signore is a plain file', async () => {
    const folder = project({ '.q8signore': 'sub/\n', 'sub/x.txt': 'x', 'q-app.toml': MANIFEST })
    const { code, stdout } = await shell.run(['bundle', '--dry-run'], { cwd: folder })
    expect({ code, stdout }).toMatchObject({ code: 0, stdout: expect.not.stringMatching(/ in +.*sub\/x/) })
  }, 20_000)
})
