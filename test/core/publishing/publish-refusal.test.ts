/** A project that breaks rules: a single problem is the message, several are counted, and none is reported twice. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { bundleProject } from '#core/publishing/publish.ts'
import { AppError } from '#shared/errors.ts'
import type { Finding } from '#shared/finding.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-refusal-'))
  await writeFile(join(folder, 'run.py'), '')
})
afterEach(() => rm(folder, { recursive: true }))

async function refusal(name: string, version: string): Promise<AppError & { findings: Finding[] }> {
  const text = `[App]\nName = "${name}"\nVersion = "${version}"\nTitle = "T"\n\n[Runtime]\nModule = "run"\n`
  await writeFile(join(folder, 'q-app.toml'), text)
  const job = { signal: new AbortController().signal, stage() {}, log() {}, found() {} }
  const folders = { temporary: join(folder, 'tmp'), index: join(folder, 'index') }
  const error = await bundleProject(folder, join(folder, 'x.qz'), folders, job).catch(
    (thrown: unknown) => thrown
  )
  if (!(error instanceof AppError)) throw new Error('it was not refused')
  const findings = ((error.data?.findings ?? []) as Finding[]).filter(({ severity }) => severity === 'error')
  return Object.assign(error, { findings })
}

test('one problem is the message', async () => {
  const { message, findings } = await refusal('test.app', '1.0')
  expect(findings).toHaveLength(1)
  expect(message).toBe(findings[0]?.message)
})

test('several problems are counted, and only the findings describe them', async () => {
  const { message, findings } = await refusal('../x', '1.0')
  expect(findings.length).toBeGreaterThan(1)
  expect(message).toBe(`${findings.length} problems keep this project from being bundled.`)
})
