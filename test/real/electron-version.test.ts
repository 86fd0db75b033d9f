/** Electron fixes its three newest major versions only: the one we ship must be one of them. */
import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import manifest from '../../package.json' with { type: 'json' }

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm'
const newest = await promisify(execFile)(npm, ['view', 'electron', 'dist-tags.latest'], {
  timeout: 20_000,
  shell: process.platform === 'win32'
}).then(
  ({ stdout }) => stdout.trim(),
  () => undefined
)

test.skipIf(!newest)(
  newest ? 'Electron is a version that is still mended' : 'Electron’s version (the registry does not answer)',
  () => {
    const major = (version: string) => Number(version.split('.')[0])
    expect(major(manifest.devDependencies.electron)).toBeGreaterThanOrEqual(major(newest as string) - 2)
  }
)
