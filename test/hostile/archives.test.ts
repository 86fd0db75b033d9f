/**
 * Malicious and good archives: the host, which imports them, and the launcher, which unpacks them, judge each alike.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openBundle } from '#core/bundle/read/index.ts'
import { AppError } from '#shared/errors.ts'
import { LAUNCHER, OTHER_PYTHONS, PYTHON } from '../launcher/support.ts'
import { CORPUS, mutants } from './archives/corpus.ts'

const SEED = Number(process.env.Q8S_TEST_SEED ?? Date.now() % 1_000_000)
const MUTANTS = mutants(400, SEED)

/** Unpacks all archives of a folder in one process; gives the outcome of each and the number of lines it printed. */
const UNPACK_ALL = `
import json, os, sys
sys.path.insert(0, sys.argv[1])
from q8s_launcher import archive
results = {}
for name in os.listdir(sys.argv[2]):
    folder = os.path.join(sys.argv[2], name)
    try:
        with open(os.path.join(folder, "app.qz"), "rb") as file:
            archive.unpack(file, os.path.join(folder, "app"), lambda: None, lambda percent: None)
        verdict = "good"
    except archive.Refused as error:
        verdict = "refused"
    except BaseException as error:
        verdict = repr(error)
    target = os.path.join(folder, "app")
    left = os.listdir(target) if os.path.isdir(target) else []
    results[name] = {"verdict": verdict, "outside": sorted(set(os.listdir(folder)) - {"app.qz", "app"}), "left": len(left)}
print(json.dumps(results))
`

interface Outcome {
  readonly verdict: string
  /** The entries beside the folder it should fill. */
  readonly outside: readonly string[]
  /** The number of names in that folder. */
  readonly left: number
}

let root: string
const all = [
  ...CORPUS.map(({ what, bytes }, index) => ({ name: `${index}`, what, bytes: bytes() })),
  ...MUTANTS.map((bytes, index) => ({ name: `m${index}`, what: `mutant ${index} of seed ${SEED}`, bytes }))
]

beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), 'q8s-archives-'))
  for (const { name, bytes } of all) {
    mkdirSync(join(root, name))
    writeFileSync(join(root, name, 'app.qz'), bytes)
  }
})
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Judges an archive as an import does: by its whole content. */
async function hostVerdict(file: string): Promise<string> {
  try {
    const bundle = await openBundle(file)
    try {
      await bundle.checkContent()
    } finally {
      await bundle.close()
    }
    return 'good'
  } catch (error) {
    return error instanceof AppError && error.code === 'INVALID' ? 'refused' : `${error}`
  }
}

function launcherOutcomes(python: string): Record<string, Outcome> {
  for (const { name } of all) rmSync(join(root, name, 'app'), { recursive: true, force: true })
  const output = execFileSync(python, ['-B', '-c', UNPACK_ALL, dirname(LAUNCHER), root], {
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024
  })
  return JSON.parse(output)
}

test('the corpus is large, and has no case twice', () => {
  const whats = CORPUS.map(({ what }) => what)
  expect(whats.length).toBeGreaterThan(150)
  expect(whats.filter((what, index) => whats.indexOf(what) !== index)).toEqual([])
})

describe('the host', () => {
  const verdicts = new Map<string, string>()
  beforeAll(async () => {
    for (const { name } of all) verdicts.set(name, await hostVerdict(join(root, name, 'app.qz')))
  })

  test.each(CORPUS.map(({ what, good }, index) => ({ what, good, index })))(
    'judges $what rightly',
    ({ good, index }) => {
      expect(verdicts.get(`${index}`)).toBe(good ? 'good' : 'refused')
    }
  )

  const pythons = [
    ...(PYTHON ? [{ version: 'of this computer', path: PYTHON }] : []),
    ...OTHER_PYTHONS.slice(0, 1)
  ]
  describe.each(pythons)('and the launcher under Python $version', ({ path }) => {
    let outcomes: Record<string, Outcome>
    beforeAll(() => {
      outcomes = launcherOutcomes(path)
    })

    test.each(all.slice(0, CORPUS.length))('judge $what alike', ({ name }) => {
      expect(outcomes[name]?.verdict).toBe(verdicts.get(name))
    })

    test('judge archives with random damage alike', () => {
      const differ = all.filter(({ name }) => outcomes[name]?.verdict !== verdicts.get(name))
      expect(differ.map(({ what, name }) => [what, verdicts.get(name), outcomes[name]?.verdict])).toEqual([])
    })

    test('leave nothing of a refused archive, and nothing elsewhere', () => {
      for (const { name, what } of all) {
        const { verdict, outside, left } = outcomes[name] ?? {}
        expect({ what, outside }).toEqual({ what, outside: [] })
        if (verdict !== 'good') expect({ what, left }).toEqual({ what, left: 0 })
      }
      expect(readdirSync(root)).toHaveLength(all.length)
    })
  })
})
