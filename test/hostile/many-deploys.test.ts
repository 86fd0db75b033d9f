/** Fifty deploys of one project at the same moment, from several processes: each makes its own version. */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { isDeployVersion } from '#shared/app.ts'
import { buildChild, startChild } from '../child.ts'
import { makeProject } from '../core/project-folder.ts'

const [PROCESSES, EACH] = [5, 10]

test('fifty deploys at once all succeed, each with its own stamp', async () => {
  const root = await mkdtemp(join(tmpdir(), 'q8s-deploys-'))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  const path = await makeProject(join(root, 'project'))
  const program = await buildChild('fixtures/deploy-child.ts')
  const children = Array.from({ length: PROCESSES }, () =>
    startChild(program, [path, String(EACH)], { ...process.env, Q8S_HOME: join(root, 'home') })
  )
  // All start when the last one is ready.
  await Promise.all(children.map(({ stdout }) => stdout && once(stdout, 'data')))
  const told = children.map(async ({ stdin, stdout }) => {
    stdin?.end()
    return JSON.parse(await text(stdout as NodeJS.ReadableStream)) as string[]
  })
  const versions = (await Promise.all(told)).flat()
  expect(versions.filter(version => !isDeployVersion(version))).toEqual([])
  expect(new Set(versions).size).toBe(PROCESSES * EACH)
})
