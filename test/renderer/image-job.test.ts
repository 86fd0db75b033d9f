/** While the runtime image is built or loaded, no button starts another build. */
import { expect, test } from 'vitest'
import { imageJob } from '../../src/renderer/host/image-job.ts'
import { job } from './made-up.ts'

test('a running job that builds or loads the image is found, and no other', () => {
  const build = job({ kind: 'runtime-build' })
  const load = job({ kind: 'runtime-load' })
  expect(imageJob([job({ kind: 'run' }), build])).toBe(build)
  expect(imageJob([load])).toBe(load)
  expect(imageJob([{ ...build, state: 'done' }, job({ kind: 'runtime-save' })])).toBeUndefined()
  expect(imageJob(undefined)).toBeUndefined()
})
