/** Bundles that the launcher refuses, with the entry named and nothing written; and what it keeps of valid ones. */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  writeFileSync
} from 'node:fs'
import { dirname, join } from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { beside, link, REFUSED } from '../hostile/archives/refused.ts'
import { cleanUp, exited, LAUNCHER, makeRun, OTHER_PYTHONS, PYTHON, temporaryFolder } from './support.ts'
import { FILE, FOLDER, zip } from './zip.ts'

afterEach(cleanUp)

const UNPACK = `
import json, sys
sys.path.insert(0, sys.argv[1])
from q8s_launcher import archive
from q8s_launcher.config import LaunchError
try:
    with open(sys.argv[2], 'rb') as file:
        archive.unpack(file, sys.argv[3], lambda: None, lambda percent: None)
    print(json.dumps(None))
except LaunchError as error:
    print(json.dumps({'code': error.code, 'message': error.message}))
`

const UNPACK_ALL = `
import json, os, sys
sys.path.insert(0, sys.argv[1])
from q8s_launcher import archive
results = {}
for name in os.listdir(sys.argv[2]):
    folder = os.path.join(sys.argv[2], name)
    try:
        with open(os.path.join(folder, 'app.qz'), 'rb') as file:
            archive.unpack(file, os.path.join(folder, 'app'), lambda: None, lambda percent: None)
        results[name] = 'unpacked'
    except archive.Refused:
        results[name] = 'refused'
    except BaseException as error:
        results[name] = repr(error)
print(json.dumps(results))
`

/** Unpacks an archive. Returns the launcher's refusal (null: none) and the target folder. */
function unpack(archive: Buffer) {
  const outside = temporaryFolder('outside')
  const target = join(outside, 'deep', 'app')
  mkdirSync(dirname(target))
  const path = join(outside, 'app.qz')
  writeFileSync(path, archive)
  const output = execFileSync(PYTHON ?? '', ['-B', '-c', UNPACK, dirname(LAUNCHER), path, target], {
    encoding: 'utf8'
  })
  const refusal: { code: string; message: string } | null = JSON.parse(output)
  return { refusal, target, outside }
}

describe.skipIf(!PYTHON)(`unpacking${PYTHON ? '' : ' (skipped: no Python 3.8 or newer)'}`, () => {
  for (const [what, { entries, archive, says }] of Object.entries(REFUSED)) {
    it(`refuses ${what}`, () => {
      const { refusal, target, outside } = unpack(archive ?? zip(entries ?? []))
      expect(refusal?.code).toBe('bundle-invalid')
      expect(refusal?.message).toMatch(says)
      expect(existsSync(target) ? readdirSync(target) : []).toEqual([])
      expect(readdirSync(outside).sort()).toEqual(['app.qz', 'deep'])
    })
  }

  it('refuses entries that overlap', () => {
    const archive = zip([{ name: 'a', data: 'x'.repeat(99) }, { name: 'b' }])
    // The second entry of the index points to the first one's bytes.
    archive.writeUInt32LE(0, archive.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 42)
    expect(unpack(archive).refusal?.message).toMatch(/disagree|overlaps/)
  })

  it.skipIf(process.platform === 'win32')(
    'keeps modes, empty folders, unicode names and links inside',
    () => {
      const { refusal, target } = unpack(
        zip([
          { name: 'bin/tool', data: '#!/bin/sh', mode: 0o100755 },
          { name: 'data.txt', data: 'grüße', mode: FILE },
          { name: 'ünïcode/日本.txt', data: 'ok' },
          { name: 'empty/', mode: FOLDER },
          link('latest', 'bin/tool'),
          link('bin/data', '../data.txt')
        ])
      )
      expect(refusal).toBeNull()
      expect(lstatSync(join(target, 'bin/tool')).mode & 0o777).toBe(0o755)
      expect(lstatSync(join(target, 'data.txt')).mode & 0o777).toBe(0o644)
      expect(readFileSync(join(target, 'ünïcode/日本.txt'), 'utf8')).toBe('ok')
      expect(readdirSync(join(target, 'empty'))).toEqual([])
      expect(readlinkSync(join(target, 'latest'))).toBe('bin/tool')
      expect(readFileSync(join(target, 'bin/data'), 'utf8')).toBe('grüße')
    }
  )

  it('ends a run with the refusal as its reason', async () => {
    const run = await makeRun({ bundle: zip(beside('../evil')) })
    await exited(run.start())
    expect(run.state()?.exit).toMatchObject({ code: 'bundle-invalid' })
    expect(run.state()?.exit?.message).toContain('../evil')
    expect(existsSync(run.appRoot)).toBe(false)
  })

  it('empties the folder first: nothing from an earlier bundle stays', async () => {
    const run = await makeRun({ bundle: { 'run.py': '' } })
    mkdirSync(join(run.appRoot, 'old'), { recursive: true })
    writeFileSync(join(run.appRoot, 'old', 'module.py'), '')
    await exited(run.start())
    expect(readdirSync(run.appRoot).filter(name => name !== '__pycache__')).toEqual(['run.py'])
  })

  it('only ever unpacks or refuses, with any bytes changed, and never writes elsewhere', () => {
    checkMutants(PYTHON)
  })

  it.each(OTHER_PYTHONS)('nor under Python $version', ({ path }) => checkMutants(path))

  function checkMutants(python = ''): void {
    const whole = zip([
      { name: 'a/run.py', data: 'print(1)\n'.repeat(50) },
      { name: 'stored.txt', data: 'as it is', store: true },
      link('l', 'a/run.py'),
      { name: 'empty/', mode: FOLDER }
    ])
    const root = temporaryFolder('mutants')
    const mutant = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 })
    fc.sample(mutant, 400).forEach((changes, index) => {
      const bytes = Buffer.from(whole)
      for (const [position, value] of changes) bytes[position] = value
      mkdirSync(join(root, `${index}`))
      writeFileSync(join(root, `${index}`, 'app.qz'), bytes)
    })
    const output = execFileSync(python, ['-B', '-c', UNPACK_ALL, dirname(LAUNCHER), root], {
      encoding: 'utf8'
    })
    const results: Record<string, string> = JSON.parse(output)
    expect(Object.keys(results)).toHaveLength(400)
    expect(
      Object.entries(results).filter(([, outcome]) => !['unpacked', 'refused'].includes(outcome))
    ).toEqual([])
    expect(Object.values(results)).toContain('refused')
    for (const [name, outcome] of Object.entries(results)) {
      expect(readdirSync(join(root, name)).filter(entry => !['app.qz', 'app'].includes(entry))).toEqual([])
      const target = join(root, name, 'app')
      if (outcome === 'refused') expect(existsSync(target) ? readdirSync(target) : []).toEqual([])
    }
  }
})
