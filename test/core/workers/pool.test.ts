/** Pools of worker threads: what happens to running work when a pool is closed. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { beforeAll, expect, test } from 'vitest'
import type { FindResult, FindTask } from '#core/workers/find-worker.js'
import { createWorkerPool } from '#core/workers/pool.ts'
import { buildChild } from '../../child.ts'

let program: string
beforeAll(async () => {
  program = await buildChild('fixtures/half-made-child.ts')
  const core = join(import.meta.dirname, '../../../src/main/core/workers')
  copyFileSync(join(core, 'serve.js'), join(dirname(program), 'serve.js'))
  copyFileSync(
    join(import.meta.dirname, '../../fixtures/zlib-worker.js'),
    join(dirname(program), 'zlib-worker.js')
  )
})

/** Runs a process that ends a pool while a worker is in the middle of a zlib stream. */
async function end(way: 'close' | 'exit') {
  const child = spawn(process.execPath, [program, way], { stdio: ['ignore', 'pipe', 'pipe'] })
  const [output, errors, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'close') as Promise<[number | null]>
  ])
  return { code, output, errors }
}

test('a pool closes quickly during a zlib stream, and does not harm the process', async () => {
  const { code, output, errors } = await end('close')
  expect({ code, errors }).toEqual({ code: 0, errors: '' })
  const { milliseconds, code: outcome } = JSON.parse(output)
  expect(outcome).toBe('CANCELLED')
  // A stream takes 200 ms, and all the requested ones take minutes.
  expect(milliseconds).toBeLessThan(20_000)
})

test('a process that exits during a zlib stream has the exit code it set', async () => {
  expect(await end('exit')).toEqual({ code: 7, output: '', errors: '' })
})

const findTask: FindTask = {
  path: import.meta.filename,
  offset: 0,
  find: { text: 'x', caseSensitive: true, wholeWord: false, regex: false },
  stream: undefined,
  wantLines: false
}

test('tasks of a closed pool are rejected as cancelled, those under way and those that come later', async () => {
  const pool = createWorkerPool<FindTask, FindResult>({ name: 'find-worker', role: 'find', size: 1 })
  const before = pool.run(findTask).catch((error: unknown) => error)
  await pool.close()
  expect(await before).toMatchObject({ code: 'CANCELLED' })
  await expect(pool.run(findTask)).rejects.toMatchObject({ code: 'CANCELLED' })
})
