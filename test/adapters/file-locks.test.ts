/** Locks of files: one holder at a time across processes and names of a file, bounded waits, nothing left behind. */
import { chmod, chown, mkdir, mkdtemp, readdir, realpath, rm, stat, symlink } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, expect, onTestFinished, test } from 'vitest'
import { createFileLocks } from '#adapters/store/file-locks.ts'

const NOBODY = 65_534

let folder = ''
beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'q8s-locks-')))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
})

/** Work that lasts until it is released. */
function held() {
  let letGo = () => {}
  let begin = () => {}
  const begun = new Promise<void>(resolve => {
    begin = resolve
  })
  const gate = new Promise<void>(resolve => {
    letGo = resolve
  })
  const work = async () => {
    begin()
    await gate
  }
  return { work, begun, letGo }
}

test('work on one file is done in the order of the calls, also after a failure', async () => {
  const locks = createFileLocks(folder)
  const order: number[] = []
  const works = Array.from({ length: 20 }, (_, index) =>
    locks.hold(join(folder, 'a'), async () => {
      order.push(index)
      if (index === 3) throw new Error('failed')
    })
  )
  await expect(works[3]).rejects.toThrow('failed')
  await Promise.allSettled(works)
  expect(order).toEqual(Array.from({ length: 20 }, (_, index) => index))
})

test('another holder is waited for, but only within a bound, and no longer than the caller wants', async () => {
  // As another process would: its locks do not know ours.
  const { work, begun, letGo } = held()
  const holding = createFileLocks(folder).hold(join(folder, 'a'), work)
  await begun
  const locks = createFileLocks(folder, 50)
  const write = async () => 'written'
  await expect(locks.hold(join(folder, 'a'), write)).rejects.toMatchObject({
    code: 'UNAVAILABLE',
    message: expect.stringContaining(join(folder, 'a'))
  })
  const given = new AbortController()
  const waiting = createFileLocks(folder).hold(join(folder, 'a'), write, given.signal)
  given.abort(new Error('cancelled'))
  await expect(waiting).rejects.toThrow('cancelled')
  const last = createFileLocks(folder).hold(join(folder, 'a'), write)
  letGo()
  await holding
  expect(await last).toBe('written')
})

test('a caller that gives up waiting does not let the next in line pass early', async () => {
  const locks = createFileLocks(folder)
  const { work, begun, letGo } = held()
  const order: string[] = []
  const first = locks.hold(join(folder, 'a'), work).then(() => order.push('first'))
  await begun
  const given = new AbortController()
  const second = locks.hold(join(folder, 'a'), async () => undefined, given.signal)
  const third = locks.hold(join(folder, 'a'), async () => void order.push('third'))
  given.abort(new Error('cancelled'))
  await expect(second).rejects.toThrow('cancelled')
  letGo()
  await Promise.all([first, third])
  expect(order).toEqual(['first', 'third'])
})

test.skipIf(process.platform === 'win32')(
  'two names of one file share a lock: through a linked folder',
  async () => {
    await mkdir(join(folder, 'project'))
    await symlink(join(folder, 'project'), join(folder, 'link'))
    const { work, begun, letGo } = held()
    const holding = createFileLocks(folder).hold(join(folder, 'project', 'q-app.toml'), work)
    await begun
    const short = createFileLocks(folder, 50)
    await expect(short.hold(join(folder, 'link', 'q-app.toml'), async () => 0)).rejects.toMatchObject({
      code: 'UNAVAILABLE'
    })
    letGo()
    await holding
  }
)

test('any number of locked files leaves only a few empty files in the state folder', async () => {
  const locks = createFileLocks(folder)
  for (let index = 0; index < 300; index++)
    await locks.hold(join(folder, String(index)), async () => undefined)
  expect(await readdir(folder)).toEqual(['locks'])
  const names = await readdir(join(folder, 'locks'))
  expect(names.length).toBeLessThanOrEqual(257)
  const sizes = await Promise.all(names.map(async name => (await stat(join(folder, 'locks', name))).size))
  expect(Math.max(...sizes)).toBe(0)
})

test.skipIf(process.platform === 'win32')(
  'in a home that is read-only, work on a file is still done',
  async () => {
    await createFileLocks(folder).hold(join(folder, 'a'), async () => undefined)
    const isRoot = process.geteuid?.() === 0
    await chmod(join(folder, 'locks'), 0o500)
    await chmod(folder, 0o755)
    if (isRoot) await chown(folder, 0, 0)
    if (isRoot) process.seteuid?.(NOBODY)
    try {
      expect(await createFileLocks(folder).hold(join(folder, 'a'), async () => 'done')).toBe('done')
      expect(await createFileLocks(join(folder, 'none')).hold(join(folder, 'a'), async () => 'done')).toBe(
        'done'
      )
    } finally {
      if (isRoot) process.seteuid?.(0)
      await chmod(join(folder, 'locks'), 0o700)
    }
  }
)
