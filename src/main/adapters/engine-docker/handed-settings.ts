/** Passes this computer's certificates, package indexes and proxies to a container, with paths and loopback adapted. */
import { stat } from 'node:fs/promises'
import { basename, isAbsolute } from 'node:path'
import type { InstallSettings } from '../host-settings.ts'

interface ReadOnlyMount {
  /** Absolute path on this computer. */
  readonly source: string
  /** Path in the container. */
  readonly target: string
}

export interface HandedSettings {
  readonly env: Readonly<Record<string, string>>
  readonly mounts: readonly ReadOnlyMount[]
  /** True if a setting points to this computer, under the name HOST_NAME. */
  readonly needsHost: boolean
}

/** Name that a container uses for the computer it runs on. */
export const HOST_NAME = 'host.docker.internal'

/** Folder in the container that this computer's files are mounted in. */
const FOLDER = '/q8s-host'

/** Variables that name a certificate bundle. pip, uv, requests, curl and Node each read a different one. */
const CERTIFICATE_VARIABLES = [
  'PIP_CERT',
  'SSL_CERT_FILE',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS'
] as const

/** Values that are paths are mounted and rewritten. Paths that do not exist are left out. */
export async function handSettings(settings: InstallSettings): Promise<HandedSettings> {
  const env: Record<string, string> = {}
  const mounts: ReadOnlyMount[] = []
  let needsHost = false

  function mount(source: string): string {
    const known = mounts.find(existing => existing.source === source)
    if (known) return known.target
    const target = `${FOLDER}/${mounts.length}/${basename(source)}`
    mounts.push({ source, target })
    return target
  }

  if (settings.certificates) {
    const target = mount(settings.certificates)
    for (const name of CERTIFICATE_VARIABLES) env[name] = target
  }
  for (const [name, value] of Object.entries(settings.env)) {
    const words: string[] = []
    for (const word of value.split(/\s+/)) {
      if (isAbsolute(word)) {
        if (await stat(word).catch(() => undefined)) words.push(mount(word))
        continue
      }
      const rewritten = name.toUpperCase() === 'NO_PROXY' ? word : fromContainer(word)
      if (rewritten !== word) needsHost = true
      words.push(rewritten)
    }
    if (words.length > 0) env[name] = words.join(' ')
  }
  return { env, mounts, needsHost }
}

/** Rewrites a URL on this computer's loopback (or a bare `localhost`, as in trusted hosts) for use in a container. */
function fromContainer(word: string): string {
  return word.replace(
    /^((?:[a-z][a-z\d+.-]*:\/\/)?(?:[^/@\s]*@)?)(?:localhost|127\.0\.0\.1|\[::1\])(?=[:/]|$)/i,
    `$1${HOST_NAME}`
  )
}
