/**
 * Apps to test engines with: the samples, and apps of the public repository h2oai/wave that its packages on the index
 * contain. Other public apps (dashboard, theme-generator, guess-the-number) are in no package: Q8S_TEST_APPS can name a
 * folder of them.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { parse } from 'smol-toml'
import { Manifest } from '#shared/manifest.ts'
import { MANIFEST_FILES } from '#shared/manifest-files.ts'

import { PYTHON, temporaryFolder } from '../launcher/support.ts'

export interface AppFiles {
  readonly bundle: Readonly<Record<string, Buffer>>
  readonly module: string
  readonly manifest: Manifest
}

/** One version for all, so that all apps share one environment. */
const SDK = 'h2o-wave==1.8.16'
const UNIVERSITY = 'h2o-wave-university==1.8.16'
const DOWNLOAD = ['--no-deps', '--quiet', '--disable-pip-version-check', '--only-binary', ':all:']

/** Why nothing can be installed here, checked as an install would; undefined if it can. */
export function whyNoIndex(): string | undefined {
  if (!PYTHON) return 'no Python 3.8 or newer'
  const folder = temporaryFolder('index')
  try {
    const options = ['--timeout', '10', '--retries', '0', '--dest', folder]
    execFileSync(PYTHON, ['-m', 'pip', 'download', ...DOWNLOAD, ...options, SDK], { stdio: 'ignore' })
    return undefined
  } catch {
    return 'no package index can be reached'
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The files of a project folder, and its module. */
export function project(folder: string): AppFiles {
  const bundle = filesOf(folder)
  const name = MANIFEST_FILES.find(file => bundle[file])
  const manifest = Manifest.parse(parse(String(bundle[name ?? '']).replaceAll('{{VERSION}}', '1.0.0')))
  return { bundle, module: manifest.Runtime.Module, manifest }
}

/** Subfolders with a manifest in the named folder; none if no folder is named. */
export function namedApps(folder = process.env.Q8S_TEST_APPS): readonly string[] {
  if (!folder || !existsSync(folder)) return []
  return readdirSync(folder)
    .map(name => join(folder, name))
    .filter(path => MANIFEST_FILES.some(file => existsSync(join(path, file))))
}

/** Downloads the packages once and returns the apps in them. Fails without an index. */
export function fetchPublicApps() {
  const folder = temporaryFolder('packages')
  execFileSync(PYTHON ?? '', ['-m', 'pip', 'download', ...DOWNLOAD, '--dest', folder, SDK, UNIVERSITY])
  const wheels = readdirSync(folder).map(name => join(folder, name))
  for (const wheel of wheels) {
    execFileSync(PYTHON ?? '', ['-m', 'zipfile', '-e', wheel, wheel.replace(/\.whl$/, '')])
  }
  const unpacked = (name: string) => join(folder, readdirSync(folder).find(it => isFolderOf(it, name)) ?? '')
  const templates = join(dataOf(unpacked('h2o_wave')), 'project_templates')
  const university = unpacked('h2o_wave_university')
  return {
    template: (name: string) => ({ 'app.py': readFileSync(join(templates, `${name}.py`)), ...REQUIREMENTS }),
    /** Its package, with its data in the place where its repository has them. */
    university: () => ({
      ...prefixed('h2o_wave_university/', filesOf(join(university, 'h2o_wave_university'))),
      ...filesOf(dataOf(university)),
      ...REQUIREMENTS
    })
  }
}

const REQUIREMENTS = { 'requirements.txt': Buffer.from(`${SDK}\n`) }

const isFolderOf = (name: string, distribution: string) =>
  name.startsWith(`${distribution}-`) && !name.endsWith('.whl')

function dataOf(unpacked: string): string {
  const name = readdirSync(unpacked).find(entry => entry.endsWith('.data')) ?? ''
  return join(unpacked, name, 'data')
}

function filesOf(folder: string): Record<string, Buffer> {
  const files: Record<string, Buffer> = {}
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name)
    if (statSync(path).isFile()) files[relative(folder, path).split(sep).join('/')] = readFileSync(path)
  }
  return files
}

function prefixed(prefix: string, files: Readonly<Record<string, Buffer>>): Record<string, Buffer> {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [prefix + name, content]))
}
