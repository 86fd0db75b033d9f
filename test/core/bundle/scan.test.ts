/** Secrets are found before they leave, told by place and never by value, and can be allowed on purpose. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { reportFiles } from '#core/bundle/report.ts'
import { project, temporaryFolder } from './project.ts'

// Put together here, so that no scanner takes this file for a leak.
const TOKEN = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_')

async function secretsOf(folder: string) {
  const { findings } = await reportFiles(folder)
  return findings.filter(finding => finding.rule.startsWith('secret'))
}

test('a token in a source file is an error with its place', async () => {
  const folder = project({ 'pkg/settings.py': `import os\n\nkey = "${TOKEN}"\n` })
  const [finding, ...more] = await secretsOf(folder)
  expect(more).toEqual([])
  expect(finding).toMatchObject({ severity: 'error', file: 'pkg/settings.py', line: 3, column: 8 })
  expect(JSON.stringify(finding)).not.toContain(TOKEN)
})

test('a comment on its line allows a secret', async () => {
  const folder = project({ 'a.py': `key = "${TOKEN}"  # q8s:allow-secret\nother = 1\n` })
  expect(await secretsOf(folder)).toEqual([])
})

test.each([
  '.env',
  '.env.production',
  'keys/id_ed25519',
  'kubeconfig',
  'home/.kube/config',
  'home/.aws/credentials',
  'cert.p12',
  '.pypirc'
])('%s is a secret by its name', async path => {
  const [finding] = await secretsOf(project({ [path]: 'x' }))
  expect(finding).toMatchObject({ rule: 'secret-file', severity: 'error', file: path })
})

test('an example of an environment file is none', async () => {
  expect(await secretsOf(project({ '.env.example': 'KEY=' }))).toEqual([])
})

test('.q8signore can leave a secret out, or allow it', async () => {
  expect(await secretsOf(project({ '.env': 'A=1', '.q8signore': '.env\n' }))).toEqual([])
  const allowing = { '.env': 'A=1', '.q8signore': '# q8s:allow-secret /.env\n' }
  expect(await secretsOf(project(allowing))).toEqual([])
  expect(await secretsOf(project({ ...allowing, 'sub/.env': 'A=1' }))).toHaveLength(1)
})

test('binary files are skipped', async () => {
  expect(await secretsOf(project({ 'data.bin': `\0${TOKEN}` }))).toEqual([])
})

test('with a cache folder, only what changed is looked at again, and findings stay', async () => {
  const later = Date.now() + 60_000
  vi.spyOn(Date, 'now').mockImplementation(() => later)
  const folder = project({ 'clean.py': 'x = 1\n', 'leak.py': `key = "${TOKEN}"\n`, 'other.py': 'y = 1\n' })
  const cacheFolder = temporaryFolder()
  const look = async () => {
    const { findings } = await reportFiles(folder, { cacheFolder })
    return findings.filter(finding => finding.rule === 'secret').map(finding => finding.file)
  }
  expect(await look()).toEqual(['leak.py'])
  expect(await look()).toEqual(['leak.py'])
  const [record = ''] = readdirSync(cacheFolder).filter(name => name.endsWith('.clean.json'))
  const recorded = JSON.parse(readFileSync(join(cacheFolder, record), 'utf8'))
  expect(recorded.files.map(([path]: [string]) => path)).toEqual([
    'app.py',
    'clean.py',
    'other.py',
    'q-app.toml'
  ])
  writeFileSync(join(folder, 'other.py'), `key = "${TOKEN}"\n`)
  expect(await look()).toEqual(['leak.py', 'other.py'])
  // Files that other rules called clean are looked at again.
  writeFileSync(join(cacheFolder, record), JSON.stringify({ ...recorded, rules: 'others' }))
  expect(await look()).toEqual(['leak.py', 'other.py'])
  vi.restoreAllMocks()
})

test('an aborted scan ends at once', async () => {
  const folder = project({ 'a.py': `key = "${TOKEN}"\n` })
  await expect(reportFiles(folder, { signal: AbortSignal.abort() })).rejects.toThrow()
})
