/** Finds a Python on this computer that can run the launcher. */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { resolve } from 'node:path'
import { replaceFile } from '#core/files/files.ts'
import { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import { type Environment, processEnvironment } from '../host-settings.ts'
import { readJson } from '../launcher-files.ts'

export interface Python {
  /** The real interpreter, never a shim: then the started process is the interpreter's own. */
  readonly executable: string
  readonly version: string
}

const OLDEST = [3, 9] as const

/** Prints facts of the interpreter as JSON. Environments with pip need both modules, venv and ensurepip. */
const PROBE = `
import json, sys
from importlib.util import find_spec
windows = sys.platform == "win32"
print(json.dumps({
  "version": list(sys.version_info[:3]),
  "executable": getattr(sys, "_base_executable", None) if windows else sys.executable,
  "venv": find_spec("venv") is not None and find_spec("ensurepip") is not None,
}))
`

interface Probed {
  readonly version: readonly number[]
  readonly executable: string
  readonly venv: boolean
}

/** Commands to try, in this order. Windows installs `py -3` beside (or instead of) the others. */
export function pythonCommands(platform: NodeJS.Platform = process.platform): readonly (readonly string[])[] {
  return platform === 'win32' ? [['python'], ['py', '-3'], ['python3']] : [['python3'], ['python']]
}

/**
 * The first command that is Python 3.9 or newer and can make virtual environments. UNAVAILABLE if there is none; the
 * message names each command and its problem.
 */
export async function findPython(
  commands: readonly (readonly string[])[],
  env: NodeJS.ProcessEnv
): Promise<Python> {
  const problems: string[] = []
  for (const command of commands) {
    const found = await probe(command, env)
    if (typeof found === 'string') problems.push(`${command.join(' ')}: ${found}`)
    else return found
  }
  throw new AppError(
    'UNAVAILABLE',
    t`No Python 3.9 or newer was found: ${problems.join('; ')}.`,
    installHint(process.platform)
  )
}

/** The Python that runs the instances of a home. */
export function pythonOfHome(
  cacheFolder: string,
  env: Environment = process.env,
  commands: readonly (readonly string[])[] = pythonCommands()
): Promise<Python> {
  return rememberedPython(resolve(cacheFolder, 'python.json'), commands, processEnvironment(env))
}

/** An earlier result, and the conditions it was found under. */
interface Remembered extends Python {
  readonly commands: string
  readonly path: string
  readonly changed: number
}

/**
 * Like `findPython`, but cached in a file: asking an interpreter (or its shim) takes 0.1 seconds. The cache is valid
 * for the same commands, the same PATH and an unchanged interpreter file.
 */
export async function rememberedPython(
  file: string,
  commands: readonly (readonly string[])[],
  env: NodeJS.ProcessEnv
): Promise<Python> {
  const asked = { commands: JSON.stringify(commands), path: env.PATH ?? env.Path ?? '' }
  const known = (await readJson(file).catch(() => undefined)) as Partial<Remembered> | undefined
  if (known?.commands === asked.commands && known.path === asked.path && known.executable && known.version) {
    const { executable, version } = known
    if ((await changeTime(executable)) === known.changed) return { executable, version }
  }
  const found = await findPython(commands, env)
  const remembered = { ...asked, ...found, changed: await changeTime(found.executable) }
  // This only saves time. If it fails, the next call asks the interpreter again.
  await replaceFile(file, JSON.stringify(remembered)).catch(() => undefined)
  return found
}

async function changeTime(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.mtimeMs
}

async function probe(command: readonly string[], env: NodeJS.ProcessEnv): Promise<Python | string> {
  const output = await run(command, env)
  if (typeof output === 'object') return output.problem
  let found: Probed
  try {
    found = JSON.parse(output) as Probed
  } catch {
    return t`not a Python 3`
  }
  const version = found.version.join('.')
  const [major = 0, minor = 0] = found.version
  if (major < OLDEST[0] || (major === OLDEST[0] && minor < OLDEST[1])) return t`${version} is too old`
  if (!found.venv) return t`${version} lacks its venv module (on Debian: python${major}.${minor}-venv)`
  return { executable: found.executable, version }
}

function run(
  [file = '', ...rest]: readonly string[],
  env: NodeJS.ProcessEnv
): Promise<string | { readonly problem: string }> {
  return new Promise(resolve => {
    const options = { env, timeout: 20_000, windowsHide: true }
    execFile(file, [...rest, '-I', '-c', PROBE], options, (error, stdout) => {
      if (!error) resolve(stdout)
      else if ((error as NodeJS.ErrnoException).code === 'ENOENT') resolve({ problem: t`not on the PATH` })
      else if (error.killed) resolve({ problem: t`did not answer` })
      else resolve({ problem: t`could not be run` })
    })
  })
}

function installHint(platform: NodeJS.Platform): string {
  if (platform === 'win32') return t`Install Python from python.org (tick "Add to PATH"), or install Docker.`
  if (platform === 'darwin')
    return t`Install Python from python.org or with "brew install python", or install Docker.`
  return t`Install Python with its venv module (Debian, Ubuntu: apt install python3 python3-venv), or
    install Docker.`
}
