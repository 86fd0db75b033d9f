/** What git ignores in a project by rules stored outside it: `.git/info/exclude` and the user's own excludes file. */
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readPlain } from '../../files/files.ts'
import { ignoredBy } from './exclude-rules.ts'

const MAX_BYTES = 1024 * 1024
const SECTION = /^\s*\[\s*([^\s\]"]+)/
const EXCLUDES_FILE = /^\s*excludesfile\s*=\s*"?([^"#;]+?)"?\s*(?:[#;].*)?$/i

/** Excludes nothing if the project is not the root of a git checkout. */
export async function ownGitExcludes(root: string): Promise<(path: string) => boolean> {
  const config = await textOf(join(root, '.git', 'config'))
  if (config === undefined) return () => false
  const settings = join(process.env.XDG_CONFIG_HOME || join(homedir(), '.config'), 'git')
  const configs = [
    await textOf(join(settings, 'config')),
    await textOf(join(homedir(), '.gitconfig')),
    config
  ]
  const own = configs.map(excludesFileIn).findLast(file => file !== undefined) ?? join(settings, 'ignore')
  const texts = [
    await textOf(own.replace(/^~(?=[\\/])/, homedir())),
    await textOf(join(root, '.git', 'info', 'exclude'))
  ]
  return ignoredBy(texts.filter(text => text !== undefined).join('\n'))
}

/** The `core.excludesFile` of a git configuration. */
function excludesFileIn(config: string | undefined): string | undefined {
  let section = ''
  let found: string | undefined
  for (const line of config?.split(/\r?\n/) ?? []) {
    section = SECTION.exec(line)?.[1]?.toLowerCase() ?? section
    if (section === 'core') found = EXCLUDES_FILE.exec(line)?.[1] ?? found
  }
  return found
}

/** Undefined if there is no such file, or if it is not a plain file. */
async function textOf(path: string): Promise<string | undefined> {
  return readPlain(path, MAX_BYTES).then(
    bytes => bytes.toString('utf8'),
    () => undefined
  )
}
