/** Whether a database is damaged, asked while another process copies its log into the file. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Database from 'libsql'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openStore } from '#adapters/store/database.ts'
import { type OpenDatabase, problemsIn } from '#adapters/store/guard.ts'
import { localSchema } from '#adapters/store/schema.ts'

let folder = ''
let file = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-guard-'))
  file = join(folder, 'platform.db')
  const store = await openStore(file, localSchema)
  store.run(`INSERT INTO meta (key, value) VALUES ('a', 'b')`)
  store.close()
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** What SQLite says of a file that is partly old and partly new. */
function unreadable(times: number): { readonly open: OpenDatabase; readonly calls: () => number } {
  let calls = 0
  const open: OpenDatabase = url => {
    calls++
    const connection = new Database(url)
    if (calls > times) return connection
    connection.prepare = () => {
      throw Object.assign(new Error('database disk image is malformed'), { code: 'SQLITE_CORRUPT' })
    }
    return connection
  }
  return { open, calls: () => calls }
}

test('a file that cannot be read for a moment is not damaged', () => {
  const { open, calls } = unreadable(3)
  expect(problemsIn(new Database(file), file, open)).toEqual([])
  expect(calls()).toBe(4)
})

test('a file that stays unreadable is', () => {
  const { open } = unreadable(Number.POSITIVE_INFINITY)
  expect(() => problemsIn(new Database(file), file, open)).toThrow('malformed')
})
