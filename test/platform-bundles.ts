/** Bundles for tests of platforms: small Python apps, each packed as a different bundle. */
import { createHash } from 'node:crypto'
import { buffer } from 'node:stream/consumers'
import { ZipArchive } from 'archiver'
import type { App } from '#shared/app.ts'
import type { Platform } from '#shared/platform.ts'

/** Prints GREETING and its arguments, and serves until it is ended. */
const SERVE = `
import os
from http.server import BaseHTTPRequestHandler, HTTPServer

class Handler(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"hello")

    def log_message(self, *args):
        pass

print("greeting:", os.environ.get("GREETING"), flush=True)
HTTPServer(("", int(os.environ["PORT"])), Handler).serve_forever()
`
const CRASH = 'print("on my way", flush=True)\nraise SystemExit("no luck today")\n'

export interface BundleOptions {
  readonly name?: string
  readonly version?: string
  /** What the app does: serve, or end with an error before it serves. */
  readonly does?: 'serve' | 'crash'
  /** More lines for the manifest. */
  readonly app?: string
  readonly runtime?: string
  readonly env?: string
  readonly files?: Readonly<Record<string, string | Buffer>>
}

export interface BundleBytes {
  readonly bytes: Buffer
  readonly sha256: string
  readonly size: number
}

export async function makeBundle(options: BundleOptions = {}): Promise<BundleBytes> {
  const { name = 'ai.q8s.test.hello', version = '0.1.0', does = 'serve', files = {} } = options
  const manifest = `[App]
Name = "${name}"
Version = "${version}"
Title = "Hello"
Description = "Says hello."
Category = "Other"
Keywords = ["test", "hello"]
${options.app ?? ''}
[Runtime]
Module = "${does}"
${options.runtime ?? ''}
${options.env ?? ''}`
  const archive = new ZipArchive({ zlib: { level: 1 } })
  const date = new Date('2020-01-01T00:00:00Z')
  const all = {
    'q-app.toml': manifest,
    'serve.py': SERVE,
    'crash.py': CRASH,
    'requirements.txt': '',
    ...files
  }
  for (const [path, content] of Object.entries(all))
    archive.append(content, { name: path, date, mode: 0o644 })
  const packed = buffer(archive)
  await archive.finalize()
  const bytes = await packed
  return { bytes, sha256: createHash('sha256').update(bytes).digest('hex'), size: bytes.length }
}

export async function upload(platform: Platform, { bytes, sha256, size }: BundleBytes): Promise<void> {
  for (let { offset } = await platform.uploads.status({ sha256, size }); offset < size; ) {
    const data = new Blob([new Uint8Array(bytes.subarray(offset, offset + 4 * 1024 * 1024))])
    offset = (await platform.uploads.append({ sha256, size, offset, data })).offset
  }
}

type ImportOptions = Omit<Parameters<Platform['apps']['import']>[0], 'sha256'>

export async function importApp(
  platform: Platform,
  options: BundleOptions = {},
  importing: ImportOptions = {}
): Promise<App> {
  const bundle = await makeBundle(options)
  await upload(platform, bundle)
  return platform.apps.import({ sha256: bundle.sha256, ...importing })
}
