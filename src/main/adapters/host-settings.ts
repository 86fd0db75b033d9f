/** Chooses the environment variables that launchers get: how to reach the network, and little else. */
import { readFile, stat } from 'node:fs/promises'
import { homedir } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { t } from '#shared/language.ts'

export type Environment = Readonly<Record<string, string | undefined>>

/** Variables that name a certificate bundle, in the order they are checked. */
const CERTIFICATE_VARIABLES = ['PIP_CERT', 'REQUESTS_CA_BUNDLE', 'SSL_CERT_FILE', 'CURL_CA_BUNDLE'] as const

const PROXY_VARIABLES = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'] as const

/** Settings of pip and uv that say where packages come from. Settings about the host's own Python are not passed on. */
const INSTALL_VARIABLES = new Set([
  'PIP_INDEX_URL',
  'PIP_EXTRA_INDEX_URL',
  'PIP_TRUSTED_HOST',
  'PIP_NO_INDEX',
  'PIP_FIND_LINKS',
  'PIP_CONSTRAINT',
  'PIP_PROXY',
  'PIP_CLIENT_CERT',
  'PIP_DEFAULT_TIMEOUT',
  'PIP_TIMEOUT',
  'PIP_RETRIES',
  'PIP_PRE',
  'PIP_ONLY_BINARY',
  'PIP_NO_BINARY',
  'PIP_PREFER_BINARY',
  'PIP_DISABLE_PIP_VERSION_CHECK',
  'UV_INDEX_URL',
  'UV_DEFAULT_INDEX',
  'UV_INDEX',
  'UV_EXTRA_INDEX_URL',
  'UV_INDEX_STRATEGY',
  'UV_NO_INDEX',
  'UV_FIND_LINKS',
  'UV_CONSTRAINT',
  'UV_INSECURE_HOST',
  'UV_HTTP_TIMEOUT',
  'UV_NATIVE_TLS',
  'UV_SYSTEM_CERTS',
  'UV_OFFLINE'
])

/** What a program needs to run at all, besides locale and the settings above. Case is ignored on Windows. */
const SYSTEM_VARIABLES = new Set([
  'PATH',
  'HOME',
  'USER',
  'LOGNAME',
  'LANG',
  'LANGUAGE',
  'TZ',
  'TMPDIR',
  'TEMP',
  'TMP',
  'SYSTEMROOT',
  'SYSTEMDRIVE',
  'WINDIR',
  'COMSPEC',
  'PATHEXT',
  'USERPROFILE',
  'APPDATA',
  'LOCALAPPDATA',
  'PROGRAMDATA',
  'PROGRAMFILES',
  'NUMBER_OF_PROCESSORS',
  'PROCESSOR_ARCHITECTURE',
  'XDG_CACHE_HOME',
  'XDG_CONFIG_HOME',
  'XDG_CONFIG_DIRS',
  'SSL_CERT_FILE',
  'SSL_CERT_DIR',
  'REQUESTS_CA_BUNDLE',
  'CURL_CA_BUNDLE',
  'NODE_EXTRA_CA_CERTS'
])

/** The part of this computer's environment that a launcher gets when it runs as a plain process. */
export function processEnvironment(
  env: Environment,
  platform: NodeJS.Platform = process.platform
): Readonly<Record<string, string>> {
  const kept: Record<string, string> = {}
  for (const [name, value] of Object.entries(env)) {
    if (value === undefined) continue
    const known = platform === 'win32' ? name.toUpperCase() : name
    if (
      SYSTEM_VARIABLES.has(known) ||
      /^(LC_|PIP_|UV_)/.test(known) ||
      (PROXY_VARIABLES as readonly string[]).includes(name.toUpperCase())
    ) {
      kept[name] = value
    }
  }
  return withoutProxyForLoopback(kept)
}

/** An app must reach its own server without a proxy: not every HTTP library excludes loopback automatically. */
function withoutProxyForLoopback(env: Record<string, string>): Record<string, string> {
  if (!Object.keys(env).some(name => /^(https?|all)_proxy$/i.test(name))) return env
  const direct = [env.NO_PROXY ?? env.no_proxy ?? '', 'localhost', '127.0.0.1', '::1']
  const value = [...new Set(direct.join(',').split(','))].filter(Boolean).join(',')
  return { ...env, NO_PROXY: value, no_proxy: value }
}

/** Proxy variables from this system's own settings. Finding them may use the network. */
export type SystemProxy = () => Promise<Environment>

/** The environment, plus the system's proxy if neither the environment nor pip's settings name one. */
export async function withSystemProxy(
  env: Environment,
  systemProxy: SystemProxy | undefined
): Promise<Environment> {
  if (!systemProxy) return env
  const { env: known } = await installSettings(env)
  const named = Object.keys(known).some(name => /^((https?|all)_proxy|pip_proxy)$/i.test(name))
  return named ? env : { ...env, ...(await systemProxy()) }
}

export interface InstallSettings {
  /** The certificate bundle this computer trusts, if one is configured and the file exists. */
  readonly certificates?: string | undefined
  /** Variables for indexes, timeouts and proxies, from the environment and pip's configuration. May hold passwords. */
  readonly env: Readonly<Record<string, string>>
}

/**
 * How this computer installs Python packages, to pass on to a place that has none of its configuration. The environment
 * wins over pip's files, as in pip.
 */
export async function installSettings(
  env: Environment = process.env,
  platform: NodeJS.Platform = process.platform
): Promise<InstallSettings> {
  const fromFiles = await pipConfiguration(env, platform)
  const merged: Environment = { ...fromFiles, ...definedOf(env) }
  const handed: Record<string, string> = {}
  for (const [name, value] of Object.entries(merged)) {
    if (value && isInstallVariable(name)) handed[name] = value
  }
  return { certificates: await certificateFile(merged), env: withoutProxyForLoopback(handed) }
}

/** Whether a variable says where packages come from: a setting of pip or uv, or a proxy. */
export function isInstallVariable(name: string): boolean {
  const proxy = (PROXY_VARIABLES as readonly string[]).includes(name.toUpperCase())
  return proxy || INSTALL_VARIABLES.has(name) || /^UV_INDEX_\w+_(USERNAME|PASSWORD)$/.test(name)
}

async function certificateFile(env: Environment): Promise<string | undefined> {
  for (const name of CERTIFICATE_VARIABLES) {
    const path = env[name]
    if (path && isAbsolute(path) && (await stat(path).catch(() => undefined))?.isFile()) return path
  }
  return undefined
}

/** Variables that name a certificate bundle that does not exist: programs that read them trust no server. */
export async function missingCertificates(env: Environment): Promise<readonly string[]> {
  const named = ['NODE_EXTRA_CA_CERTS', ...CERTIFICATE_VARIABLES].filter(name => env[name])
  const there = await Promise.all(named.map(name => stat(env[name] ?? '').catch(() => undefined)))
  return named
    .filter((_, index) => !there[index]?.isFile())
    .map(name => t`${name} names ${env[name] ?? ''}, which is not there`)
}

/** The settings of pip's configuration files as environment variables. Later files win, as in pip. */
async function pipConfiguration(
  env: Environment,
  platform: NodeJS.Platform
): Promise<Record<string, string>> {
  const merged: Record<string, string> = {}
  for (const path of pipConfigurationFiles(env, platform)) {
    const text = await readFile(path, 'utf8').catch(() => '')
    Object.assign(merged, parsePipConfiguration(text))
  }
  return merged
}

function pipConfigurationFiles(env: Environment, platform: NodeJS.Platform): readonly string[] {
  const chosen = env.PIP_CONFIG_FILE
  // pip reads no file at all if this variable names the null device.
  if (chosen === '/dev/null' || chosen?.toLowerCase() === 'nul') return []
  const home = env.HOME ?? env.USERPROFILE ?? homedir()
  const own = chosen ? [chosen] : []
  if (platform === 'win32') {
    const roaming = env.APPDATA ?? join(home, 'AppData', 'Roaming')
    const shared = env.PROGRAMDATA ?? 'C:\\ProgramData'
    return [
      join(shared, 'pip', 'pip.ini'),
      join(home, 'pip', 'pip.ini'),
      join(roaming, 'pip', 'pip.ini'),
      ...own
    ]
  }
  const shared =
    platform === 'darwin'
      ? ['/Library/Application Support/pip/pip.conf']
      : [
          ...(env.XDG_CONFIG_DIRS || '/etc/xdg').split(':').map(path => join(path, 'pip', 'pip.conf')),
          '/etc/pip.conf'
        ]
  const mac = platform === 'darwin' ? [join(home, 'Library', 'Application Support', 'pip', 'pip.conf')] : []
  const xdg = join(env.XDG_CONFIG_HOME || join(home, '.config'), 'pip', 'pip.conf')
  return [...shared, join(home, '.pip', 'pip.conf'), xdg, ...mac, ...own]
}

/** The `[global]` and `[install]` options of a pip configuration file, e.g. `index-url` as PIP_INDEX_URL. */
export function parsePipConfiguration(text: string): Record<string, string> {
  const sections: Record<string, Record<string, string>> = { global: {}, install: {} }
  let section = ''
  let last: string | undefined
  for (const line of text.split(/\r?\n/)) {
    if (/^\s*([#;]|$)/.test(line)) continue
    const header = /^\[([^\]]+)\]/.exec(line)
    const option = /^([A-Za-z][\w-]*)\s*[=:]\s*(.*)$/.exec(line)
    const options = sections[section]
    if (header) section = header[1] ?? ''
    else if (option) {
      last = `PIP_${(option[1] ?? '').toUpperCase().replaceAll('-', '_')}`
      if (options) options[last] = (option[2] ?? '').trim()
    } else if (options && last !== undefined && /^\s/.test(line)) {
      // An indented line continues the value above: lists are written this way.
      options[last] = `${options[last] ?? ''} ${line.trim()}`.trim()
    }
    if (header) last = undefined
  }
  return { ...sections.global, ...sections.install }
}

function definedOf(env: Environment): Record<string, string> {
  return Object.fromEntries(Object.entries(env).filter((entry): entry is [string, string] => !!entry[1]))
}
