/** A package index with two small packages, over TLS with its own certificate, behind a password. */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { promisify } from 'node:util'
import { ZipArchive } from 'archiver'

const run = promisify(execFile)

export interface PackageIndex {
  /** The variables that a user of this computer would have set. */
  readonly env: Readonly<Record<string, string>>
  readonly password: string
  /** Paths requested with the right password. */
  readonly served: readonly string[]
  close(): Promise<void>
}

/** Maps each package name to its module. */
const PACKAGES: Readonly<Record<string, string>> = { 'q8s-probe': 'q8s_probe', six: 'six' }
const PASSWORD = 'index-password-7f3a'

/** Why there can be no index here; undefined if there can. */
export async function indexProblem(): Promise<string | undefined> {
  return run('openssl', ['version']).then(
    () => undefined,
    () => 'openssl is not installed'
  )
}

/** Serves `q8s-probe` and `six` 1.0, whose modules have ANSWER = 42, at https://localhost:<port>. */
export async function startPackageIndex(): Promise<PackageIndex> {
  const folder = await mkdtemp(join(tmpdir(), 'q8s-index-'))
  const wheels = new Map<string, Buffer>()
  for (const module of Object.values(PACKAGES)) wheels.set(fileOf(module), await makeWheel(module))
  const served: string[] = []
  const expected = `Basic ${Buffer.from(`me:${PASSWORD}`).toString('base64')}`
  const server = createServer(await makeCertificates(folder), (request, response) => {
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'WWW-Authenticate': 'Basic realm="index"' }).end()
      return
    }
    const path = request.url ?? ''
    served.push(path)
    const wheel = wheels.get(path.replace('/files/', ''))
    if (wheel) return void response.end(wheel)
    const file = fileOf(PACKAGES[/^\/simple\/([^/]+)\/$/.exec(path)?.[1] ?? ''] ?? '')
    const listed = wheels.get(file)
    if (!listed) return void response.writeHead(404).end()
    const digest = createHash('sha256').update(listed).digest('hex')
    response.setHeader('Content-Type', 'text/html')
    response.end(`<!DOCTYPE html><a href="/files/${file}#sha256=${digest}">${file}</a>`)
  })
  // All addresses, because a container connects from the address of its bridge.
  server.listen(0)
  await once(server, 'listening')
  const { port } = server.address() as { port: number }
  return {
    env: {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_CERT: join(folder, 'ca.pem'),
      PIP_INDEX_URL: `https://me:${PASSWORD}@localhost:${port}/simple/`
    },
    password: PASSWORD,
    served,
    async close() {
      server.close().closeAllConnections()
      await rm(folder, { recursive: true, force: true })
    }
  }
}

const fileOf = (module: string) => `${module}-1.0-py3-none-any.whl`

async function makeWheel(module: string): Promise<Buffer> {
  const archive = new ZipArchive()
  const info = `${module}-1.0.dist-info`
  archive.append('ANSWER = 42\n', { name: `${module}.py` })
  archive.append(`Metadata-Version: 2.1\nName: ${module}\nVersion: 1.0\n`, { name: `${info}/METADATA` })
  archive.append('Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n', {
    name: `${info}/WHEEL`
  })
  archive.append(`${module}.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`, {
    name: `${info}/RECORD`
  })
  const content = buffer(archive)
  await archive.finalize()
  return content
}

async function makeCertificates(folder: string) {
  const openssl = (...options: string[]) => run('openssl', options, { cwd: folder })
  const key = ['-newkey', 'rsa:2048', '-nodes']
  const authority = [
    '-addext',
    'basicConstraints=critical,CA:TRUE',
    '-addext',
    'keyUsage=critical,keyCertSign'
  ]
  await openssl(
    ...['req', '-x509', ...key, '-days', '2', '-subj', '/CN=q8s test authority', ...authority],
    ...['-keyout', 'ca.key', '-out', 'ca.pem']
  )
  const names = 'subjectAltName=DNS:localhost,DNS:host.docker.internal,IP:127.0.0.1\n'
  await writeFile(join(folder, 'names'), `${names}basicConstraints=CA:FALSE\n`)
  await openssl('req', ...key, '-subj', '/CN=localhost', '-keyout', 'key.pem', '-out', 'request.pem')
  await openssl(
    ...['x509', '-req', '-in', 'request.pem', '-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'],
    ...['-days', '2', '-extfile', 'names', '-out', 'cert.pem']
  )
  const [privateKey, cert] = await Promise.all([
    readFile(join(folder, 'key.pem')),
    readFile(join(folder, 'cert.pem'))
  ])
  return { key: privateKey, cert }
}
