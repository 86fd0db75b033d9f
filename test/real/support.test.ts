/**
 * The support archive of a real home with secrets planted in every place they may reach: it contains none, in any form.
 */
import { execFileSync } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { createHostLog } from '#core/host/log.ts'
import { manifest, openShell, type Shell } from './cli-support.ts'

let shell: Shell
beforeEach(async () => {
  shell = await openShell()
})
afterEach(() => shell.close())

const SECRET = 'Plänted "s3cret"/+& value'
const OTHER = 'second-secret-value'
const TOKEN = 'ghp_0123456789abcdefABCDEF'

/** Prints its secrets in every way a program might, then fails with them. */
const APP = `
import base64, json, os, urllib.parse
for value in (os.environ["PASSWORD"], os.environ["OTHER"]):
    print(value)
    print(json.dumps({"password": value}), json.dumps(json.dumps(value)), repr(value))
    print(json.dumps(value, ensure_ascii=False), ascii(value))
    print(urllib.parse.quote(value), urllib.parse.quote_plus(value), urllib.parse.quote(value, safe=""))
    for before in ("", "u", "u:", "user:"):
        print(base64.b64encode((before + value + "!").encode()).decode(), base64.urlsafe_b64encode((before + value).encode()).decode())
    print(value.encode().hex(), "postgres://ada:" + urllib.parse.quote(value, safe="") + "@db/x")
    print("\\x1b[1m" + value[:5] + "\\x1b[0m" + value[5:])
raise SystemExit("cannot log in with " + os.environ["PASSWORD"])
`

/** Forms to search for in the unpacked archive. */
function forms(value: string): readonly string[] {
  const base64 = ['', 'u', 'u:', 'user:'].map(before => {
    const whole = Buffer.from(`${before}${value}`).toString('base64')
    return whole.slice(Math.ceil((before.length * 4) / 3) + 1, -4)
  })
  return [
    value,
    JSON.stringify(value).slice(1, -1),
    encodeURIComponent(value),
    encodeURI(value),
    encodeURIComponent(value).replaceAll('%20', '+'),
    Buffer.from(value).toString('hex'),
    ...base64
  ]
}

test('the archive contains none of the planted secrets', async () => {
  const env = { GITHUB_TOKEN: TOKEN }
  await shell.run(['config', 'setup', '--user', `ada-${OTHER}`, '--engine', 'process'])
  await shell.run(['secret', 'set', 'mail', 'password=-'], { stdin: SECRET })
  await shell.run(['secret', 'set', 'mail', `other=${OTHER}`])
  const more = [
    '[[Env]]\nName = "PASSWORD"\nSecret = "mail"\nSecretKey = "password"\n',
    '[[Env]]\nName = "OTHER"\nSecret = "mail"\nSecretKey = "other"\n'
  ].join('\n')
  const title = manifest({ more }).replace('Title = "Test"', `Title = "Test of ${TOKEN}"`)
  const cwd = await shell.project({ 'q-app.toml': title, 'run.py': APP }, `project ${OTHER}`)
  const deployed = await shell.run('bundle deploy --wait', { cwd, env })
  expect(deployed.code, deployed.stderr).toBe(7)

  const log = createHostLog({ stateFolder: join(shell.home, 'state'), host: 'electron' })
  log.uncaught(new Error(`no such mailbox: ${SECRET}, ${JSON.stringify(SECRET)}, ${OTHER}, ${TOKEN}`))

  const file = join(shell.work, 'support.zip')
  const { code, stdout, stderr } = await shell.run(['support', '--output', file], { env })
  expect(code, stderr).toBe(0)
  const text = execFileSync('python3', [
    '-c',
    'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nfor n in z.namelist(): sys.stdout.buffer.write(n.encode() + b"\\n" + z.read(n) + b"\\n")',
    file
  ]).toString()
  expect(text).toMatch(/instances\/[0-9a-f-]{36}\.log/)
  expect(text).toContain('cannot log in with [redacted]')
  expect(text).toContain('Error: no such mailbox: [redacted], "[redacted]", [redacted], [redacted]')
  expect(stdout).toContain('Log of q8s itself')
  for (const value of [SECRET, OTHER, TOKEN]) {
    for (const form of forms(value)) expect(`${text}\n${stdout}`).not.toContain(form)
  }
  expect(await readdir(shell.work)).not.toContainEqual(expect.stringMatching(/\.tmp$/))
})
