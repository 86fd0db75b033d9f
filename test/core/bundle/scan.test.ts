/** Secrets are found before they leave, reported by place and never by value, and can be allowed on purpose. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { reportFiles } from '#core/bundle/write/report.ts'
import { project, temporaryFolder } from './project.ts'

// Built from parts, so that no scanner reports this file.
const TOKEN = ['ghp', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('_')

async function secretsOf(folder: string) {
  const { findings } = await reportFiles(folder)
  return findings.filter(finding => finding.rule.startsWith('secret'))
}

/** A made-up private key, built from parts so that this file contains none. */
function key(kind: string): string {
  const name = `${kind}PRIVATE KEY-----`
  return `-----BEGIN ${name}\n${'MC4CAQAwBQYDK2Vw'.repeat(4)}\n-----END ${name}\n`
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
  '.envrc',
  '.secrets/token',
  'keys/id_ed25519',
  'kubeconfig',
  'home/.kube/config',
  'home/.aws/credentials',
  'cert.p12',
  '.pypirc'
])('%s is a secret by its name', async path => {
  const [finding] = await secretsOf(project({ [path]: 'x', '.q8signore': '!.env\n!.env.production\n' }))
  expect(finding).toMatchObject({ rule: 'secret-file', severity: 'error', file: path })
})

test('an example of an environment file is not a secret', async () => {
  expect(await secretsOf(project({ '.env.example': 'KEY=' }))).toEqual([])
})

test('.q8signore can exclude a secret, or allow it', async () => {
  expect(await secretsOf(project({ '.env': 'A=1', '.q8signore': '.env\n' }))).toEqual([])
  const allowing = { '.env': 'A=1', '.q8signore': '!.env\n# q8s:allow-secret /.env\n' }
  expect(await secretsOf(project(allowing))).toEqual([])
  expect(await secretsOf(project({ ...allowing, 'sub/.env': 'A=1' }))).toHaveLength(1)
})

test.each([
  [
    'of an elliptic curve, behind its parameters',
    `-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${key('EC ')}`
  ],
  ['of no kind of its own', key('')],
  ['of OpenSSH', key('OPENSSH ')],
  ['with headers', key('RSA ').replace('\n', '\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\n')],
  ['in JSON', JSON.stringify({ key: key('') })]
])('a private key %s is a secret', async (_, text) => {
  expect(await secretsOf(project({ 'some.txt': text }))).toMatchObject([{ rule: 'secret', file: 'some.txt' }])
})

test('a text about private keys is not one', async () => {
  const text = `marker = "${key('').split('\n')[0]}"\nif marker in text: print(1)\n`
  expect(await secretsOf(project({ 'keys.py': text }))).toEqual([])
})

test('binary files are skipped', async () => {
  expect(await secretsOf(project({ 'data.bin': `\0${TOKEN}` }))).toEqual([])
})

test('with a cache folder, only changed files are scanned again, and findings stay', async () => {
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
  // Files that were clean under other rules are scanned again.
  writeFileSync(join(cacheFolder, record), JSON.stringify({ ...recorded, rules: 'others' }))
  expect(await look()).toEqual(['leak.py', 'other.py'])
  vi.restoreAllMocks()
})

test('an aborted scan ends at once', async () => {
  const folder = project({ 'a.py': `key = "${TOKEN}"\n` })
  await expect(reportFiles(folder, { signal: AbortSignal.abort() })).rejects.toThrow()
})

describe('a password in the address of a package source', () => {
  const secret = ['s3cr3t', 'pw!'].join('')
  const variable = (name: string) => `\${${name}}`
  const passwordsOf = async (path: string, text: string) =>
    (await secretsOf(project({ [path]: text }))).filter(({ message }) => message.includes('in an address'))

  test.each([
    ['requirements.txt', `--index-url https://user:${secret}@host/simple\nh2o-wave\n`],
    ['requirements.txt', `h2o-wave\n--extra-index-url=https://user:${secret}@host/simple`],
    ['requirements.txt', `-f https://user:${secret}@host/wheels`],
    ['requirements.txt', `-i https://:${secret}@host`],
    ['requirements.txt', `pkg @ git+https://${secret}0123456789@host/pkg.git`],
    ['requirements.txt', `git+https://user:${secret}@host/pkg.git@v1#egg=pkg`],
    ['requirements.txt', `https://user:p@${secret}@host/pkg.whl`],
    ['requirements/dev.txt', `--index-url https://user:${secret}@host`],
    ['dev-requirements.in', `--index-url https://user:${secret}@host`],
    ['constraints.txt', `pkg @ https://user:${secret}@host/pkg.whl`],
    ['more.txt', `--index-url https://user:${secret}@host`],
    ['pip.conf', `[global]\nindex-url = https://user:${secret}@host`],
    ['.pip/pip.ini', `[global]\nextra-index-url = https://user:${secret}@host`],
    ['pyproject.toml', `[[tool.uv.index]]\nurl = "https://user:${secret}@host"`],
    ['uv.toml', `index-url = "https://user:${secret}@host"`],
    ['Pipfile', `url = "https://user:${secret}@host"`],
    ['environment.yml', `- --index-url https://user:${secret}@host`],
    ['Dockerfile', `ENV PIP_INDEX_URL=https://user:${secret}@host`],
    ['build.sh', `export UV_INDEX_URL="https://user:${secret}@host"`],
    ['build.sh', `python -m pip install --index-url https://user:${secret}@host x`]
  ])('is an error in %s (%#)', async (path, text) => {
    const [finding, ...more] = await passwordsOf(path, text)
    expect(more).toEqual([])
    expect(finding).toMatchObject({ rule: 'secret', severity: 'error', file: path })
    expect(finding?.message).toMatch(/variable.*\.netrc/)
    expect(JSON.stringify(finding)).not.toContain(secret)
    const { from = 0, to = 0 } = finding?.range ?? {}
    expect(text.slice(from, to)).toContain(secret)
  })

  test.each([
    ['requirements.txt', `--index-url https://${variable('USER')}:${variable('PASSWORD')}@host/simple`],
    ['requirements.txt', `--index-url https://${variable('TOKEN')}@host/simple`],
    ['requirements.txt', `--index-url https://user:${variable('PASSWORD')}@host/simple`],
    ['requirements.txt', 'git+ssh://git@host/pkg.git'],
    ['requirements.txt', 'git+https://git@host/pkg.git'],
    ['requirements.txt', '--index-url https://host/simple\n# mail me@host'],
    ['requirements.txt', 'pkg @ https://host/@scope/pkg.whl'],
    ['requirements.txt', 'https://user:***@host/pkg.whl'],
    ['build.sh', 'pip install --index-url "https://$USER:$PASSWORD@host" x'],
    ['pyproject.toml', 'authors = [{ email = "a@b" }]\nurl = "https://host"']
  ])('is not found in %s (%#)', async (path, text) => {
    expect(await passwordsOf(path, text)).toEqual([])
  })

  test('can be allowed on its line', async () => {
    const text = `--index-url https://user:${secret}@host  # q8s:allow-secret\n`
    expect(await secretsOf(project({ 'requirements.txt': text }))).toEqual([])
  })
})
