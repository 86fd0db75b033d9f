/**
 * Two writers change a file at the same moment: acknowledged changes are there, and the later writer gets a conflict.
 */
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { homeFolders } from '#core/host/folders.ts'
import { createHost, type Host } from '#main/compose.ts'
import { AppError } from '#shared/errors.ts'
import { buildChild, startChild } from '../child.ts'
import { makeProject } from '../core/project-folder.ts'

const ROUNDS = 200

let root = ''
let program = ''
let host: Host
let one: Process
let two: Process

interface Process {
  readonly child: ChildProcess
  /** Rejects with the AppError that the process answers. */
  ask(asked: object): Promise<unknown>
}

async function start(): Promise<Process> {
  const child = startChild(program, [], { ...process.env, Q8S_HOME: root, DOCKER_HOST: 'unix:///nowhere' })
  const waiting = new Map<number, (answer: { value?: unknown; error?: AppError }) => void>()
  const lines = createInterface({ input: child.stdout as NodeJS.ReadableStream })
  lines.on('line', line => {
    const { id, ...answer } = JSON.parse(line)
    waiting.get(id)?.(answer)
  })
  let asks = 0
  const ask = async (asked: object) => {
    const id = ++asks
    const answer = new Promise<{ value?: unknown; error?: AppError }>(resolve => waiting.set(id, resolve))
    child.stdin?.write(`${JSON.stringify({ id, ...asked })}\n`)
    const { value, error } = await answer
    if (error) throw new AppError(error.code, error.message, error.hint)
    return value
  }
  await ask({ call: 'system.settings' })
  return { child, ask }
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'q8s-writers-'))
  program = await buildChild('fixtures/writer-child.ts')
  host = createHost({ kind: 'browser', folders: homeFolders({ Q8S_HOME: root }) })
  ;[one, two] = await Promise.all([start(), start()])
})
afterAll(async () => {
  await host.close()
  for (const { child } of [one, two]) {
    child.stdin?.end()
    if (child.exitCode === null) await once(child, 'exit')
  }
  await rm(root, { recursive: true, force: true })
})

/** The error code of each work; undefined if it was acknowledged. */
async function together(...work: Promise<unknown>[]): Promise<(string | undefined)[]> {
  const results = await Promise.allSettled(work)
  return results.map(result => (result.status === 'fulfilled' ? undefined : (result.reason as AppError).code))
}

interface Manifest {
  readonly text: string
  readonly revision: string
}
type Act = (path: string, before: Manifest, text: string) => Promise<unknown>

const inWindow: Act = (path, { revision }, text) => host.client().projects.save({ path, revision, text })
const inProcess =
  (of: () => Process): Act =>
  (path, { revision }, text) =>
    of().ask({ call: 'projects.save', input: { path, revision, text } })
const versionOf = (text: string) => /^Version = ['"](.*)['"]$/m.exec(text)?.[1] ?? ''
const nextVersion = (version: string) => version.replace(/\d+$/, patch => String(Number(patch) + 1))
/** Returns a different text for each call; its last line names the writer. */
const withLine = (text: string, line: string) => `${text.replace(/\n#.*$/s, '').trimEnd()}\n# ${line}\n`

const saves: [who: string, first: Act, second: Act][] = [
  ['two windows of one host', inWindow, inWindow],
  ['two hosts', inProcess(() => one), inProcess(() => two)]
]

test.concurrent.each(saves)(
  '%s save over the same revision: one is written, the other is a conflict',
  async (...given) => {
    const [who, ...acts] = given
    const path = await makeProject(join(root, who.replaceAll(' ', '-')))
    for (let round = 0; round < ROUNDS; round++) {
      const before = await host.client().projects.manifest({ path })
      const texts = ['first', 'second'].map(name => withLine(before.text, `${name} ${round}`))
      const codes = await together(...acts.map((act, index) => act(path, before, texts[index] ?? '')))
      expect([...codes].sort()).toEqual(['CONFLICT', undefined])
      expect((await host.client().projects.manifest({ path })).text).toBe(texts[codes.indexOf(undefined)])
    }
  }
)

const inWindowRaised: Act = (path, { text }) => {
  const from = versionOf(text)
  return host.client().publishing.setVersion({ path, from, to: nextVersion(from) })
}
const raises: [who: string, save: Act, raise: Act][] = [
  ['a window that raises the version', inWindow, inWindowRaised],
  ['the command bump', inProcess(() => one), path => two.ask({ cli: ['bump', 'patch', path] })]
]

test.concurrent.each(raises)(
  'a save and %s: neither undoes what the other wrote',
  async (who, save, raise) => {
    const path = await makeProject(join(root, who.replaceAll(' ', '-')))
    for (let round = 0; round < ROUNDS; round++) {
      const before = await host.client().projects.manifest({ path })
      const line = `saved ${round}`
      const [saved, raised] = await together(
        save(path, before, withLine(before.text, line)),
        raise(path, before, '')
      )
      const after = await readFile(join(path, 'q-app.toml'), 'utf8')
      expect([undefined, 'CONFLICT']).toContain(saved)
      expect(after.includes(`# ${line}\n`)).toBe(saved === undefined)
      expect([raised, versionOf(after)]).toEqual([undefined, nextVersion(versionOf(before.text))])
    }
  }
)

test.concurrent('settings: changes of two hosts to different settings are all kept', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const on = round % 2 === 0
    await Promise.all([
      one.ask({ call: 'system.saveSettings', input: { notify: on } }),
      two.ask({ call: 'system.saveSettings', input: { tray: on } })
    ])
    expect(await host.client().system.settings()).toMatchObject({ notify: on, tray: on })
  }
})

test.concurrent('two commands `config setup` each set their own values', async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const engine = round % 2 === 0 ? 'process' : 'auto'
    await Promise.all([
      one.ask({ cli: ['config', 'setup', '--user', `user-${round}`] }),
      two.ask({ cli: ['config', 'setup', '--engine', engine] })
    ])
    expect(await host.client().system.settings()).toMatchObject({ user: `user-${round}`, engine })
  }
})

test.concurrent('recent projects: two hosts open, pin, unpin and remove theirs', async () => {
  const [first, second] = await Promise.all(
    ['recent-1', 'recent-2'].map(name => makeProject(join(root, name)))
  )
  const both = (call: string, more: object = {}) =>
    Promise.all([
      one.ask({ call, input: { path: first, ...more } }),
      two.ask({ call, input: { path: second, ...more } })
    ])
  async function pins(): Promise<boolean[]> {
    const recent = await host.client().projects.recent()
    return recent.filter(({ path }) => path === first || path === second).map(({ pinned }) => pinned)
  }
  for (let round = 0; round < ROUNDS / 4; round++) {
    await both('projects.open')
    expect(await pins()).toEqual([false, false])
    await both('projects.pin', { pinned: true })
    expect(await pins()).toEqual([true, true])
    await both('projects.pin', { pinned: false })
    expect(await pins()).toEqual([false, false])
    await both('projects.forget')
    expect(await pins()).toEqual([])
  }
})

test.concurrent('requirements.txt and .q8signore: each added line is there', async () => {
  const path = await makeProject(join(root, 'lines'), { 'data/one': '', 'data/two': '' })
  await mkdir(join(path, 'data'), { recursive: true })
  const both = (call: string, input: (name: string) => object) =>
    Promise.all([
      one.ask({ call, input: { path, ...input('one') } }),
      two.ask({ call, input: { path, ...input('two') } })
    ])
  const linesOf = async (name: string) =>
    (await readFile(join(path, name), 'utf8')).split('\n').filter(Boolean)
  for (let round = 0; round < ROUNDS / 2; round++) {
    await both('projects.addRequirements', name => ({ requirements: [`${name}-${round}`] }))
    expect(await linesOf('requirements.txt')).toHaveLength(2 * (round + 1))
    const included = round % 2 === 1
    await both('preview.choose', name => ({ files: [`data/${name}`], included }))
    expect((await linesOf('.q8signore')).sort()).toEqual(included ? [] : ['/data/one', '/data/two'])
  }
})

test.concurrent('two commands `init` in one folder make one manifest, and the other is a conflict', async () => {
  const folder = await mkdir(join(root, 'new'), { recursive: true })
  for (let round = 0; round < ROUNDS / 10; round++) {
    const path = join(folder ?? '', `app-${round}`)
    await mkdir(path)
    await writeFile(join(path, 'main.py'), '')
    const init = (process: Process, name: string) =>
      process.ask({ call: 'projects.init', input: { path, from: 'manifest', module: 'main', name } })
    const codes = await together(init(one, 'a.one'), init(two, 'a.two'))
    expect([...codes].sort()).toEqual(['CONFLICT', undefined])
    const { manifest } = await host.client().projects.manifest({ path })
    expect(manifest?.App.Name).toBe(codes[0] === undefined ? 'a.one' : 'a.two')
  }
})

test('a host that is killed while it changes a file does not block others', async () => {
  const { config } = homeFolders({ Q8S_HOME: root })
  const killed = await start()
  await killed.ask({ hold: join(config, 'settings.json') })
  const order: string[] = []
  const saves = [
    host.client().system.saveSettings({ notify: false }),
    one.ask({ call: 'system.saveSettings', input: { notify: true } })
  ].map(save => save.then(() => void order.push('saved')))
  // Other files need not wait. These writes take long enough for a save of the settings to finish if it did not wait.
  for (let times = 0; times < 5; times++)
    await one.ask({ call: 'system.keep', input: { name: 'view', text: '{}' } })
  order.push('killed')
  killed.child.kill('SIGKILL')
  await Promise.all(saves)
  expect(order).toEqual(['killed', 'saved', 'saved'])
})
