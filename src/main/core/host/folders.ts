/** Where config, state and cache are stored: the platform's usual folders, or all of them inside Q8S_HOME. */
import { homedir } from 'node:os'
import { join, resolve } from 'node:path'

export interface HomeFolders {
  /** Settings the user may edit. */
  readonly config: string
  /** Data that must not be lost: the local platform, recent projects. */
  readonly state: string
  /** Data that can be made again: environments, indexes. */
  readonly cache: string
}

/** `env` and `platform` are parameters so that tests can try the rules of each system anywhere. */
export function homeFolders(
  env: Readonly<Record<string, string | undefined>> = process.env,
  platform: NodeJS.Platform = process.platform
): HomeFolders {
  const own = env.Q8S_HOME
  if (own) {
    const root = resolve(own)
    return { config: join(root, 'config'), state: join(root, 'state'), cache: join(root, 'cache') }
  }
  const home = homedir()
  if (platform === 'win32') {
    const roaming = env.APPDATA ?? join(home, 'AppData', 'Roaming')
    const local = env.LOCALAPPDATA ?? join(home, 'AppData', 'Local')
    return {
      config: join(roaming, 'q8s'),
      state: join(local, 'q8s', 'state'),
      cache: join(local, 'q8s', 'cache')
    }
  }
  if (platform === 'darwin') {
    const library = join(home, 'Library')
    return {
      config: join(library, 'Preferences', 'q8s'),
      state: join(library, 'Application Support', 'q8s'),
      cache: join(library, 'Caches', 'q8s')
    }
  }
  return {
    config: join(env.XDG_CONFIG_HOME || join(home, '.config'), 'q8s'),
    state: join(env.XDG_STATE_HOME || join(home, '.local', 'state'), 'q8s'),
    cache: join(env.XDG_CACHE_HOME || join(home, '.cache'), 'q8s')
  }
}
