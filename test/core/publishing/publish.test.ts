/** Uploading a bundle: in pieces, continuing where the platform is, also after another uploader. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { JobContext } from '#core/jobs/jobs.ts'
import { uploadBundle } from '#core/publishing/upload.ts'
import { MAX_CHUNK } from '#shared/bundle.ts'
import { AppError } from '#shared/errors.ts'
import type { Platform } from '#shared/platform.ts'

const SIZE = 2 * MAX_CHUNK + 10
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-upload-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const job: JobContext = {
  signal: new AbortController().signal,
  stage: () => {},
  log: () => {},
  found: () => {}
}

/** A platform that has `have` bytes, where another client uploads `ahead` more before our first piece. */
function platformWith(have: number, ahead: number) {
  const pieces: [number, number][] = []
  let offset = have
  let others = ahead
  const uploads = {
    status: async () => ({ offset }),
    append: async (input: { offset: number; data: Blob }) => {
      offset += others
      others = 0
      if (input.offset !== offset)
        throw new AppError('CONFLICT', 'Not there.', undefined, { data: { offset } })
      pieces.push([input.offset, input.data.size])
      offset += input.data.size
      return { offset }
    }
  }
  return { platform: { uploads } as unknown as Platform, pieces }
}

async function upload(platform: Platform) {
  const file = join(folder, 'peak.qz')
  await writeFile(file, Buffer.alloc(SIZE))
  await uploadBundle(platform, { file, size: SIZE, sha256: '0'.repeat(64) }, job)
}

test('only the missing bytes are sent', async () => {
  const { platform, pieces } = platformWith(MAX_CHUNK, 0)
  await upload(platform)
  expect(pieces).toEqual([
    [MAX_CHUNK, MAX_CHUNK],
    [2 * MAX_CHUNK, 10]
  ])
})

test('if another client uploads further, it continues from there', async () => {
  const { platform, pieces } = platformWith(0, 2 * MAX_CHUNK)
  await upload(platform)
  expect(pieces).toEqual([[2 * MAX_CHUNK, 10]])
})

test('another conflict is an error', async () => {
  const platform = {
    uploads: {
      status: async () => ({ offset: 0 }),
      append: async () => {
        throw new AppError('CONFLICT', 'Something else.')
      }
    }
  } as unknown as Platform
  await expect(upload(platform)).rejects.toMatchObject({ message: 'Something else.' })
})

test('a bundle that changes during the upload is a conflict, not a bug', async () => {
  const { platform } = platformWith(0, 0)
  const { append } = platform.uploads
  platform.uploads.append = async input => {
    await writeFile(join(folder, 'peak.qz'), 'another')
    return append(input)
  }
  await expect(upload(platform)).rejects.toMatchObject({
    code: 'CONFLICT',
    message: expect.stringContaining('while it was uploaded')
  })
})
