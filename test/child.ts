/** Compiles programs that tests start as processes of their own: Node 20 cannot run TypeScript by itself. */
import { type ChildProcess, spawn } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'vite'

const ROOT = join(import.meta.dirname, '..')

/** Path of the compiled program; inside the checkout, so that it finds packages and resources. */
export async function buildChild(source: string): Promise<string> {
  const outDir = join(ROOT, 'node_modules', '.cache', 'q8s-test', `child-${process.pid}`)
  const name = source.replaceAll(/[^a-z]+/g, '-')
  process.once('exit', () => rmSync(outDir, { recursive: true, force: true }))
  await build({
    root: ROOT,
    configFile: false,
    logLevel: 'error',
    // One file starts in half the time of many. What is native, or looks for files beside itself, stays where it is.
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

/** Below node_modules nothing else says it, and the first Node 20 do not see it by themselves. */
export function declareModules(folder: string): void {
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
}

/** Starts it; standard output is a pipe, complaints are the test's. */
export function startChild(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env
): ChildProcess {
  return spawn(process.execPath, [program, ...args], { stdio: ['pipe', 'pipe', 'inherit'], env })
}
