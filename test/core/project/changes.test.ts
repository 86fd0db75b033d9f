/** Watching a project: a burst is reported once, ignored files are not, and new folders are included. */
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { watchProject } from '#core/project/changes.ts'
import { makeProject } from '../project-folder.ts'

let root = ''
let stop = new AbortController()
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'q8s-changes-'))
  await makeProject(root, { '.gitignore': '*.log\ncache/\n', 'pkg/mod.py': 'a = 1\n' })
  stop = new AbortController()
})
afterEach(async () => {
  stop.abort()
  await rm(root, { recursive: true, force: true })
})

/** Waits until the project is watched, changes it, and returns the next event. */
function watched() {
  const waiting: (() => void)[] = []
  let ready = 0
  const changes = watchProject(root, stop.signal, {
    onWatching() {
      ready += 1
      for (const resolve of waiting.splice(0)) resolve()
    }
  })
  const watching = () => (ready > 0 ? undefined : new Promise<void>(resolve => waiting.push(resolve)))
  return async (change: () => Promise<unknown>) => {
    const next = changes.next()
    await watching()
    await change()
    ready = 0
    return (await next).value
  }
}

const write = (path: string, text: string) => writeFile(join(root, path), text)

describe('a watched project', () => {
  test('reports a file that was changed, added or removed', async () => {
    const after = watched()
    expect(await after(() => write('pkg/mod.py', 'a = 22\n'))).toEqual({ paths: ['pkg/mod.py'], count: 1 })
    expect(await after(() => write('new.py', 'b = 1\n'))).toEqual({ paths: ['new.py'], count: 1 })
    expect(await after(() => rm(join(root, 'new.py')))).toEqual({ paths: ['new.py'], count: 1 })
  })

  test('reports a burst once', async () => {
    const after = watched()
    const many = Array.from({ length: 50 }, (_, index) => `file-${String(index).padStart(2, '0')}.py`)
    const told = await after(() => Promise.all(many.map(name => write(name, 'x = 1\n'))))
    expect(told).toEqual({ paths: many.slice(0, 20), count: 50 })
  })

  test('does not report ignored files', async () => {
    const after = watched()
    const told = await after(async () => {
      await mkdir(join(root, 'cache'))
      await write('cache/a.py', 'x = 1\n')
      await write('app.log', 'started\n')
      await write('ready.py', 'print(2)\n')
    })
    expect(told).toEqual({ paths: ['ready.py'], count: 1 })
  })

  test('covers folders added later, and files saved by renaming', async () => {
    const after = watched()
    await after(async () => {
      await mkdir(join(root, 'later'))
      await write('later/one.py', 'x = 1\n')
    })
    expect(await after(() => write('later/one.py', 'x = 22\n'))).toEqual({
      paths: ['later/one.py'],
      count: 1
    })
    const saved = await after(async () => {
      await write('later/.one.py.tmp.log', 'x = 333\n')
      await rename(join(root, 'later', '.one.py.tmp.log'), join(root, 'later', 'one.py'))
    })
    expect(saved).toEqual({ paths: ['later/one.py'], count: 1 })
  })

  test('a file that becomes ignored is reported as removed', async () => {
    const after = watched()
    expect(await after(() => write('.gitignore', '*.log\ncache/\npkg/\n'))).toEqual({
      paths: ['.gitignore', 'pkg/mod.py'],
      count: 2
    })
  })

  test('ends when it is no longer wanted, and fails when the folder is gone', async () => {
    const changes = watchProject(root, stop.signal)
    const next = changes.next()
    stop.abort()
    expect((await next).done).toBe(true)

    stop = new AbortController()
    const after = watched()
    await expect(after(() => rm(root, { recursive: true }))).rejects.toMatchObject({ code: 'NOT_FOUND' })
  })
})
