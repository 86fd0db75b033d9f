/** Bundles in a separate process, so that tests can set its environment or kill it: built once for each test file. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { build } from 'vite'
import { afterAll, beforeAll } from 'vitest'
import { declareModules } from '../../child.ts'

const root = join(import.meta.dirname, '../../..')

export interface Driver {
  /** Starts writing a bundle. */
  start(folder: string, output: string, cacheFolder?: string, env?: Record<string, string>): ChildProcess
  /** Writes a bundle and waits for it; rejects when it fails. */
  run(folder: string, output: string, cacheFolder?: string, env?: Record<string, string>): Promise<void>
}

/** Built as it ships: the workers are entries of the build, beside the code that starts them. */
export function useDriver(): Driver {
  let outDir = ''
  beforeAll(async () => {
    const cache = join(root, 'node_modules/.cache')
    await mkdir(cache, { recursive: true })
    outDir = mkdtempSync(join(cache, 'q8s-driver-'))
    const input = {
      driver: join(root, 'test/bench/bundle-driver.ts'),
      'compress-worker': join(root, 'src/main/core/workers/compress-worker.js'),
      'hash-worker': join(root, 'src/main/core/workers/hash-worker.js')
    }
    await build({
      root,
      configFile: false,
      logLevel: 'warn',
      build: { ssr: true, outDir, target: 'node20.18', rollupOptions: { input, output: { format: 'es' } } }
    })
    declareModules(outDir)
  })
  afterAll(() => rmSync(outDir, { recursive: true, force: true }))
  const start: Driver['start'] = (folder, output, cacheFolder, env) => {
    const args = [join(outDir, 'driver.js'), folder, output, ...(cacheFolder ? [cacheFolder] : [])]
    return spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: 'ignore' })
  }
  return {
    start,
    run: (...args) =>
      new Promise((resolve, reject) => {
        const child = start(...args)
        child.once('error', reject)
        child.once('exit', code =>
          code === 0 ? resolve() : reject(new Error(`It ended with code ${code}.`))
        )
      })
  }
}
