/** Package lists of other tools (uv, Poetry, Pipenv, …), and the command that makes a requirements.txt from each. */
import { parseToml } from '#shared/manifest-text/parse.ts'
import { tableOf } from '#shared/manifest-text/values.ts'
import type { Tree } from './tree.ts'

export interface OtherFile {
  readonly file: string
  /** Absent if no single command does it. */
  readonly command?: string
}

/** Lock files come before the files they were made from, because they contain the exact versions. */
const COMMANDS: readonly OtherFile[] = [
  {
    file: 'uv.lock',
    command: 'uv export --format requirements-txt --no-hashes --no-emit-project -o requirements.txt'
  },
  { file: 'poetry.lock', command: 'poetry export --without-hashes -o requirements.txt' },
  { file: 'pdm.lock', command: 'pdm export --without-hashes -o requirements.txt' },
  { file: 'Pipfile.lock', command: 'pipenv requirements > requirements.txt' },
  { file: 'pylock.toml' },
  { file: 'Pipfile' },
  { file: 'environment.yml' },
  { file: 'setup.py' }
]
const FROM_PROJECT = 'uv pip compile pyproject.toml -o requirements.txt'

/** The best such list in the bundle; a pyproject.toml is preferred only if it has dependencies. */
export async function otherFile(tree: Tree): Promise<OtherFile | undefined> {
  const lock = COMMANDS.find(({ file, command }) => command && tree.paths.has(file))
  if (lock) return lock
  const project = tree.paths.has('pyproject.toml') ? await tree.text('pyproject.toml') : undefined
  const { dependencies } = tableOf(
    tableOf(project === undefined ? undefined : parseToml(project).values).project
  )
  if (Array.isArray(dependencies) && dependencies.length > 0)
    return { file: 'pyproject.toml', command: FROM_PROJECT }
  return COMMANDS.find(({ file }) => tree.paths.has(file))
}
