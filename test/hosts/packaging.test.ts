/** How the app is packaged for the three systems: the packager's configuration, and that the files it names exist. */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { packaging, root } from '../../scripts/packaging.mjs'
import { billOfMaterials } from '../../scripts/sbom.mjs'

afterEach(() => vi.unstubAllEnvs())

describe('each system', () => {
  test('has its installers, its icon, and the files and links that open the app', () => {
    const config = packaging(undefined)
    expect([config.win?.target, config.mac?.target, config.linux?.target]).toEqual([
      ['nsis', 'portable'],
      ['dmg', 'zip'],
      ['AppImage', 'deb', 'tar.gz']
    ])
    const named = [config.win?.icon, config.mac?.icon, config.linux?.icon, config.mac?.entitlements]
    for (const path of named) expect(existsSync(join(root, path as string)), String(path)).toBe(true)
    expect(config.fileAssociations).toEqual([expect.objectContaining({ ext: ['qz', 'wave'] })])
    expect(config.protocols).toEqual([expect.objectContaining({ schemes: ['q8s'] })])
  })

  test('on Windows the installer registers links, and no link is read as a switch', async () => {
    const script = await readFile(join(root, 'build/installer.nsh'), 'utf8')
    expect(script).toContain(String.raw`"Software\Classes\q8s" "URL Protocol" ""`)
    expect(script).toMatch(/shell\\open\\command.*APP_EXECUTABLE_FILENAME}" -- "%1"'/)
  })

  test('ships the command line, with a program to start it', () => {
    expect(packaging(undefined).extraResources).toContainEqual({ from: 'build/cli', to: 'bin' })
    for (const name of ['q8s-cli', 'q8s-cli.cmd'])
      expect(existsSync(join(root, 'build/cli', name))).toBe(true)
  })
})

test('Windows shows notifications under the ID the app was packaged with', async () => {
  const main = await readFile(join(root, 'src/main/hosts/electron/main.ts'), 'utf8')
  expect(main).toContain(`app.setAppUserModelId('${packaging(undefined).appId}')`)
})

test('a release lists every package it contains, with its hash and licence', async () => {
  const { dependencies, devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  const { components } = JSON.parse(billOfMaterials()) as {
    components: { name: string; version: string; hashes?: unknown[]; licenses?: unknown[] }[]
  }
  const named = components.map(({ name, version }) => `${name}@${version}`)
  const wanted = Object.entries<string>({ ...dependencies, ...devDependencies }).map(([name, version]) => {
    return version.startsWith('npm:')
      ? `${name}@${version.slice(version.lastIndexOf('@') + 1)}`
      : `${name}@${version}`
  })
  expect(wanted.filter(name => !named.includes(name))).toEqual([])
  expect(components.filter(({ hashes = [] }) => hashes.length === 0)).toEqual([])
  expect(components.find(({ name }) => name === 'react')?.licenses).toEqual([{ license: { id: 'MIT' } }])
})

describe('updates', () => {
  test('have no channel if none is configured: no address is built in', () => {
    vi.stubEnv('Q8S_UPDATE_URL', '')
    const config = packaging(undefined)
    expect(config.publish).toBeNull()
    expect(JSON.stringify(config)).not.toMatch(/https?:/)
  })

  test('use the configured channel, with a file for each release channel', () => {
    vi.stubEnv('Q8S_UPDATE_URL', 'https://updates.example/q8s')
    vi.stubEnv('Q8S_UPDATE_NOTES', 'https://docs.example/notes')
    expect(packaging(undefined)).toMatchObject({
      publish: { provider: 'generic', url: 'https://updates.example/q8s' },
      generateUpdatesFilesForAllChannels: true,
      releaseInfo: { vendor: { notes: 'https://docs.example/notes' } }
    })
  })

  test.each(['http://updates.example/', 'https://a:b@updates.example/', 'file:///updates/', 'updates'])(
    'are not accepted from %s',
    url => {
      vi.stubEnv('Q8S_UPDATE_URL', url)
      expect(() => packaging(undefined)).toThrow()
    }
  )
})
