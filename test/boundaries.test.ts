/** Rules of the structure that no linter checks: who may import electron or start programs, how long a file may be. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join, posix } from 'node:path'
import { describe, expect, test } from 'vitest'
import { circlesOf, importedFile, importGraph } from './import-graph.ts'

const root = join(import.meta.dirname, '..')
const tracked = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8'
})
const files = tracked.split('\n').filter(file => /^(src|test|scripts)\/.*\.(ts|tsx|js|mjs)$/.test(file))
const sources = files.filter(file => file.startsWith('src/'))
const read = (file: string) => readFileSync(join(root, file), 'utf8')
const importsOf = (file: string) =>
  [...read(file).matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(match => match[1] ?? '')

const LAYERS = ['shared', 'core', 'adapters', 'hosts'] as const
const layerOf = (path: string) => LAYERS.find(layer => path.startsWith(`#${layer}/`))

/** The layers that each folder may import. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  'src/shared/': [],
  'src/main/core/': ['shared', 'core'],
  'src/main/adapters/': ['shared', 'core', 'adapters'],
  'src/renderer/': ['shared'],
  'src/preload/': ['shared']
}

/** Folders of the renderer; each may import from those before it. */
const ROOMS = ['labels', 'ui', 'host', 'manifest', 'window', 'actions', 'features', 'frame'] as const
const roomOf = (file: string) => /^src\/renderer\/([^/]+)\//.exec(file)?.[1]

describe('boundaries', () => {
  test.each(Object.entries(MAY_IMPORT))('%s imports only from the layers below it', (folder, allowed) => {
    const wrong = sources
      .filter(file => file.startsWith(folder))
      .flatMap(file => importsOf(file).map(path => ({ file, path })))
      .filter(({ path }) => {
        const layer = layerOf(path)
        return path.startsWith('#main/') || (layer !== undefined && !allowed.includes(layer))
      })
    expect(wrong).toEqual([])
  })

  test('the folders of the renderer have one order, and none imports from a later one', () => {
    const rooms = new Set(sources.map(roomOf).filter(room => room !== undefined))
    expect([...rooms].toSorted()).toEqual(ROOMS.toSorted())
    const order: readonly (string | undefined)[] = ROOMS
    const wrong = sources
      .filter(roomOf)
      .flatMap(file => importsOf(file).map(path => ({ file, path })))
      .filter(({ file, path }) => {
        const other = roomOf(importedFile(file, path) ?? '')
        return other !== undefined && order.indexOf(other) > order.indexOf(roomOf(file))
      })
    expect(wrong).toEqual([])
  })

  test('the checks have one order: python, then manifest, then project', () => {
    const order = ['python', 'manifest', 'project']
    const wrong = order.flatMap((folder, index) =>
      sources
        .filter(file => file.startsWith(`src/main/core/${folder}/`))
        .flatMap(file => importsOf(file).map(path => ({ file, path })))
        .filter(({ path }) => order.slice(index + 1).some(later => path.includes(`/${later}/`)))
    )
    expect(wrong).toEqual([])
  })

  test('there are no import cycles, type-only imports included', () => {
    expect(circlesOf(importGraph(sources, read))).toEqual([])
  })

  test('only the Electron host and the preload import electron', () => {
    const naming = sources.filter(file => importsOf(file).includes('electron'))
    expect(naming.every(file => /^src\/(main\/hosts\/electron|preload)\//.test(file))).toBe(true)
    expect(naming.length).toBeGreaterThan(1)
  })

  test('a feature of the renderer never imports another', () => {
    const featureOf = (path: string) => /^src\/renderer\/features\/([^/]+)\//.exec(path)?.[1]
    const wrong = sources.flatMap(file => {
      const own = featureOf(file)
      const other = importsOf(file).filter(path => {
        const feature = path.startsWith('.') ? featureOf(posix.join(posix.dirname(file), path)) : undefined
        return own !== undefined && feature !== undefined && feature !== own
      })
      return other.map(path => ({ file, path }))
    })
    expect(wrong).toEqual([])
  })

  test('a folder of core/bundle imports only from the folders below it', () => {
    const rooms = ['write', 'read', 'secrets', 'files']
    const wrong = sources.flatMap(file => {
      const own = /^src\/main\/core\/bundle\/(?:([^/]+)\/)?[^/]+$/.exec(file)
      if (!own) return []
      // Files directly in core/bundle are below all of its folders.
      const above = own[1] === undefined ? rooms : rooms.slice(0, rooms.indexOf(own[1]))
      return importsOf(file)
        .filter(path =>
          above.some(room => path.startsWith(own[1] === undefined ? `./${room}/` : `../${room}/`))
        )
        .map(path => ({ file, path }))
    })
    expect(wrong).toEqual([])
  })

  test('programs are started with a list of arguments, never through a shell', () => {
    const starters = sources.filter(file => importsOf(file).includes('node:child_process'))
    expect(starters.filter(file => !/^src\/main\/(adapters|hosts)\//.test(file))).toEqual([])
    expect(starters.length).toBeGreaterThan(1)
    const shell = /\bexec(Sync)?[ ,}].* from 'node:child_process'|\bshell: (?!false)/
    expect(starters.filter(file => shell.test(read(file)))).toEqual([])
    const python = tracked.split('\n').filter(file => /^resources\/.*\.py$/.test(file))
    expect(python.filter(file => /\bshell=True|\bos\.(system|popen)\b/.test(read(file)))).toEqual([])
  })

  test('the command line loads nothing heavy at start-up', () => {
    const heavy = ['dockerode', 'keytar', '@secretlint/core', '@kubernetes/client-node', 'electron']
    const statically = sources
      .filter(file => file.startsWith('src/main/'))
      .filter(file => !file.startsWith('src/main/hosts/electron/'))
      .flatMap(file =>
        [...read(file).matchAll(/^import (?!type)[^\n]*from '([^']+)'/gm)].map(match => ({
          file,
          path: match[1] ?? ''
        }))
      )
      .filter(({ path }) => heavy.includes(path))
    expect(statically).toEqual([])
  })

  test('no file of the source is over 400 lines', () => {
    const long = sources
      .map(file => ({ file, lines: read(file).split('\n').length }))
      .filter(({ lines }) => lines > 400)
    expect(long).toEqual([])
  })

  test('the first line of each file says what it is for', () => {
    const silent = files.filter(file => !file.endsWith('.d.mts') && !/^(#!.*\n)?\/\*\*/.test(read(file)))
    expect(silent).toEqual([])
  })
})
