/** How the window handles errors of the host. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { AppError } from '#shared/errors.ts'
import { findManifest } from '../../src/main/core/project/manifest-file.ts'
import { lacksManifest } from '../../src/renderer/host/errors.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-errors-'))
})
afterEach(() => rm(folder, { recursive: true }))

test.each([
  ['that is there', '.', true],
  ['that is not there', 'nowhere', false]
])('a folder %s can be made a project: %s', async (_which, path, can) => {
  const error = await findManifest(join(folder, path)).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(AppError)
  expect(lacksManifest(error as AppError)).toBe(can)
})
