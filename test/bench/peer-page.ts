/** Builds a script from this folder for a page that is compared with the window. */
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'

export async function scriptOf(entry: string): Promise<string> {
  const outDir = await mkdtemp(join(tmpdir(), 'q8s-peer-'))
  try {
    await build({
      configFile: false,
      logLevel: 'error',
      define: { 'process.env.NODE_ENV': '"production"' },
      build: {
        outDir,
        lib: { entry: join(import.meta.dirname, entry), formats: ['iife'], name: 'peer' },
        rollupOptions: { output: { entryFileNames: 'peer.js' } }
      }
    })
    return await readFile(join(outDir, 'peer.js'), 'utf8')
  } finally {
    await rm(outDir, { recursive: true, force: true })
  }
}
