/** Compiles the starter that tests kill: Node 20 cannot run TypeScript by itself. */
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'vite'

let built: Promise<string> | undefined

/** Path of the compiled starter; inside the checkout, so that it finds `resources`. */
export function buildStarter(): Promise<string> {
  built ??= compile()
  return built
}

async function compile(): Promise<string> {
  const root = join(import.meta.dirname, '..', '..')
  const outDir = join(root, 'node_modules', '.cache', 'q8s-test', `starter-${process.pid}`)
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: fileURLToPath(new URL('../fixtures/engine-starter.ts', import.meta.url)),
      outDir,
      emptyOutDir: true,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'starter.mjs' } }
    }
  })
  return join(outDir, 'starter.mjs')
}
