/** Compiles programs that tests start as separate processes: Node 20 cannot run TypeScript. */
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '..')

/** Path of the compiled program: inside the checkout, so that it finds packages and resources. */
export async function buildChild(source: string): Promise<string> {
  const outDir = join(ROOT, 'node_modules', '.cache', 'q8s-test', `child-${process.pid}`)
  const name = source.replaceAll(/[^a-z]+/g, '-')
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    // One file starts in half the time of many. Native code, and code that reads files beside it, is not bundled.
    ssr: { noExternal: true, external: ['libsql', 'keytar', 'dockerode'] },
    build: {
      ssr: join(ROOT, 'test', source),
      outDir: join(outDir, name),
      emptyOutDir: true,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'child.mjs' } }
    }
  })
  declareModules(outDir)
  return join(outDir, name, 'child.mjs')
}

/** Marks the output as ESM: below node_modules no other file does, and early versions of Node 20 do not detect it. */
export function declareModules(folder: string): void {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
}

/** Starts the program; standard output is a pipe, standard error is that of the test. */
export function startChild(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env
): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'], env })
}
