/** Which Python runs launchers, and the error when there is none. */
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createProcessEngine } from '#adapters/engine-process/index.ts'
import { launch } from '#adapters/engine-process/launching.ts'
import { findPython, pythonCommands, rememberedPython } from '#adapters/engine-process/python.ts'

const posix = process.platform !== 'win32'
let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-python-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

/** A command that prints the given text and exits with the given status. */
async function command(name: string, text: string, status = 0): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\ncat <<'END'\n${text}\nEND\nexit ${status}\n`)
  await chmod(path, 0o755)
  return path
}

const answer = (version: number[], venv = true) =>
  JSON.stringify({ version, executable: '/the/python', venv })

test('the Python of this computer is found, as the interpreter itself', async () => {
  const found = await findPython(pythonCommands(), process.env)
  expect(found.version).toMatch(/^3\.\d+\.\d+$/)
  expect(found.executable).not.toContain('shims')
})

describe.runIf(posix)('of several commands', () => {
  test('the first suitable one is used', async () => {
    const commands = [
      [join(folder, 'missing')],
      [await command('old', answer([3, 6, 9]))],
      [await command('two', 'Python 2.7')],
      [await command('bare', answer([3, 12, 1], false))],
      [await command('broken', '', 1)],
      [await command('good', answer([3, 10, 2]))]
    ]
    expect(await findPython(commands, process.env)).toEqual({ executable: '/the/python', version: '3.10.2' })
  })

  test('if none is suitable, each is named with its fault, and the error says what to install', async () => {
    const commands = [[join(folder, 'missing')], [await command('old', answer([3, 6, 9]))]]
    await expect(findPython(commands, process.env)).rejects.toMatchObject({
      code: 'UNAVAILABLE',
      message: expect.stringMatching(/missing: not on the PATH; .*old: 3\.6\.9 is too old/),
      hint: expect.stringMatching(/install/i)
    })
  })
})

describe.runIf(posix)('the result', () => {
  const counting = `#!/bin/sh\necho asked >> "$(dirname "$0")/asked"\nexec python3 "$@"\n`
  const asked = () => readFile(join(folder, 'asked'), 'utf8').then(text => text.trim().split('\n').length)

  test('is remembered until something changes', async () => {
    const shim = join(folder, 'python')
    const file = join(folder, 'remembered.json')
    await writeFile(shim, counting, { mode: 0o755 })
    const first = await rememberedPython(file, [[shim]], process.env)
    expect(await rememberedPython(file, [[shim]], process.env)).toEqual(first)
    expect(await asked()).toBe(1)
    await rememberedPython(file, [[shim]], { ...process.env, PATH: `${process.env.PATH}:${folder}` })
    expect(await asked()).toBe(2)
    await writeFile(file, '{"broken')
    expect(await rememberedPython(file, [[shim]], process.env)).toEqual(first)
    expect(await asked()).toBe(3)
  })

  test('is searched again when the interpreter is gone', async () => {
    const file = join(folder, 'remembered.json')
    const shim = join(folder, 'python')
    await writeFile(shim, counting, { mode: 0o755 })
    const found = await rememberedPython(file, [[shim]], process.env)
    const stale = { ...JSON.parse(await readFile(file, 'utf8')), executable: join(folder, 'gone') }
    await writeFile(file, JSON.stringify(stale))
    expect(await rememberedPython(file, [[shim]], process.env)).toEqual(found)
  })
})

test('without Python the engine reports it, and a start fails with that error', async () => {
  const engine = createProcessEngine({ cacheFolder: folder, env: { PATH: folder, HOME: folder } })
  const check = await engine.check()
  expect(check).toMatchObject({ available: false, message: expect.stringContaining('not on the PATH') })
  expect(check.hint).toBeTruthy()
  const spec = {
    instanceId: 'a',
    runFolder: folder,
    bundle: { path: join(folder, 'a.qz'), fileName: 'a.qz', sha256: '' },
    manifest: { name: 'a', version: '1.0.0', module: 'a' },
    env: {},
    port: 1,
    log: { segmentBytes: 1, totalBytes: 1 }
  }
  await expect(engine.start(spec)).rejects.toMatchObject({ code: 'UNAVAILABLE' })
})

test.runIf(process.platform === 'linux')(
  'an environment too large for a process is reported as that',
  async () => {
    const python = { executable: process.execPath, version: '3.11.0' }
    await expect(launch(python, folder, { LARGE: 'x'.repeat(200_000) })).rejects.toMatchObject({
      code: 'INVALID',
      message: expect.stringContaining('larger than this system')
    })
  }
)
