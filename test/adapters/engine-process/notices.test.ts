/** Notices about running as a process: one line for each run, all differences in the diagnosis. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createProcessEngine } from '#adapters/engine-process/index.ts'

test('a run has one notice, the diagnosis lists every difference', async () => {
  const cacheFolder = await mkdtemp(join(tmpdir(), 'q8s-notices-'))
  const { notices, differences } = await createProcessEngine({ cacheFolder }).check()
  await rm(cacheFolder, { recursive: true })
  expect(notices).toHaveLength(1)
  expect(differences?.length).toBeGreaterThan(2)
})
