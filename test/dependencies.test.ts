/** Dependencies: pinned exactly, verified, without install scripts, under licences that allow us to ship them. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'

interface Locked {
  readonly resolved?: string
  readonly integrity?: string
  readonly license?: string
  readonly dev?: boolean
  readonly engines?: { readonly node?: string }
}

const root = join(import.meta.dirname, '..')
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>
const lock = JSON.parse(read('package-lock.json')) as { packages: Record<string, Locked> }
const packages = Object.entries(lock.packages).filter(([path]) => path !== '')

test('each dependency is pinned to one version', () => {
  const wanted = { ...manifest.dependencies, ...manifest.devDependencies }
  const loose = Object.entries(wanted).filter(
    ([, version]) => !/^(npm:[@\w/-]+@)?\d+\.\d+\.\d+$/.test(version)
  )
  expect(loose).toEqual([])
})

test('each package has a hash, and no server to get it from', () => {
  const odd = packages.filter(
    ([, { resolved, integrity = '' }]) => resolved !== undefined || !integrity.startsWith('sha512-')
  )
  expect(odd.map(([path]) => path)).toEqual([])
  expect(packages.length).toBeGreaterThan(100)
})

test('no package runs code when it is installed', () => {
  expect(read('.npmrc')).toMatch(/^ignore-scripts=true$/m)
})

test('the build tools are installed for every promised version of Node 20', () => {
  // npm silently omits an optional package whose engines exclude this Node. These packages run in each version.
  const native = packages.filter(([path]) => /^node_modules\/@rolldown\/binding-[^/]+$/.test(path))
  expect(native.length).toBeGreaterThan(5)
  const bound = native.filter(([, { engines }]) => engines !== undefined)
  expect(bound.map(([path]) => `take "engines" of ${path} out of package-lock.json`)).toEqual([])
})

const PERMISSIVE = [
  ...['MIT', 'ISC', 'Apache-2.0', 'BSD-2-Clause', 'BSD-3-Clause', '0BSD', 'BlueOak-1.0.0', 'Python-2.0'],
  ...['Unlicense', 'WTFPL', 'CC0-1.0']
]
/** Tools that are not shipped, and their data. */
const OF_TOOLS = ['MPL-2.0', 'CC-BY-4.0']

test('their licences are permissive', () => {
  const wrong = packages.filter(([path, { dev = false }]) => {
    const offered = licenceOf(path).split(/ OR /)
    return !offered.some(name => PERMISSIVE.includes(name) || (dev && OF_TOOLS.includes(name)))
  })
  expect(wrong.map(([path]) => `${path}: ${licenceOf(path)}`)).toEqual([])
})

/** Old packages list their licences in package.json, which lock files omit. */
function licenceOf(path: string): string {
  const locked = lock.packages[path]?.license
  if (locked !== undefined) return locked.replace(/^\((.*)\)$/, '$1')
  const { licenses = [] } = JSON.parse(read(join(path, 'package.json'))) as { licenses?: { type: string }[] }
  return licenses.map(({ type }) => type).join(' OR ')
}
