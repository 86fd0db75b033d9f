/** Changes of a project are found even if the system has no file watches left. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { watchProject } from '#core/project/changes.ts'

vi.mock('node:fs', async original => ({
  ...(await original<typeof import('node:fs')>()),
  watch: () => {
    throw Object.assign(new Error('no watches left'), { code: 'ENOSPC' })
  }
}))

test('a change is found by polling', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'q8s-unwatched-'))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'q-app.toml'), 'one')
  const end = new AbortController()
  let ready = () => {}
  const watching = new Promise<void>(resolve => {
    ready = resolve
  })
  const changes = watchProject(folder, end.signal, { onWatching: () => ready() })
  const next = changes.next()
  await watching
  await writeFile(join(folder, 'app.py'), 'print()')
  expect((await next).value).toMatchObject({ paths: ['app.py'], count: 1 })
  end.abort()
  await changes.next()
})
