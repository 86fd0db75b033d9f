/**
 * Bundles a large project, first from scratch and again after one file changed, beside other zip tools. Measures the
 * writing alone, and all of `q8s-cli bundle` with its checks and its search for secrets.
 */
import { spawnSync } from 'node:child_process'
import { appendFileSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build } from 'vite'
import { afterAll, expect, test } from 'vitest'
import { declareModules } from '../child.ts'
import { findPeers, leastOfRepeat } from './bundle-peers.ts'
import { makeTree } from './bundle-tree.ts'
import { type Cost, measure, median, printTable } from './measure.ts'

const ROUNDS = 3
const work = mkdtempSync(join(tmpdir(), 'q8s-bench-'))
const drivers: string[] = []
afterAll(() => {
  for (const folder of [work, ...drivers]) rmSync(folder, { recursive: true, force: true })
})

interface Result {
  readonly costs: Cost[]
  size: number
}

/** Builds the product's code as it ships, with its workers beside it. */
async function buildDriver(): Promise<string> {
  const root = join(import.meta.dirname, '../..')
  // Here it finds the packages it needs, as an installed product would.
  const outDir = join(root, 'node_modules/.cache', basename(work))
  drivers.push(outDir)
  const input = {
    driver: join(import.meta.dirname, 'bundle-driver.ts'),
    'compress-worker': join(root, 'src/main/core/workers/compress-worker.js'),
    'hash-worker': join(root, 'src/main/core/workers/hash-worker.js')
  }
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    ssr: { noExternal: ['ignore'] },
    build: { ssr: true, outDir, target: 'node20.18', rollupOptions: { input, output: { format: 'es' } } }
  })
  declareModules(outDir)
  return join(outDir, 'driver.js')
}

const cli = join(import.meta.dirname, '../../out/main/q8s-cli.js')
const home = join(work, 'home')

/** Packages contain example secrets, and a project with such files cannot be bundled. */
function removeSecrets(folder: string): number {
  const env = { ...process.env, Q8S_HOME: home }
  const args = [cli, 'bundle', '--dry-run', '-q', '-o', 'json', folder]
  const { stdout } = spawnSync(process.execPath, args, {
    env,
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024
  })
  const { error } = JSON.parse(stdout) as {
    error?: { data?: { findings?: { file?: string; severity: string }[] } }
  }
  const errors = (error?.data?.findings ?? []).filter(({ severity }) => severity === 'error')
  const files = new Set(errors.flatMap(({ file }) => file ?? []))
  for (const file of files) rmSync(join(folder, file))
  return files.size
}

test('bundling a large project', async () => {
  expect(existsSync(cli), 'run `npm run build` first').toBe(true)
  const driver = await buildDriver()
  const tree = makeTree(join(work, 'tree'))
  const files = tree.files - removeSecrets(tree.folder)
  const { peers, missing } = findPeers(work)
  const least = leastOfRepeat()
  const output = join(work, 'out.qz')
  const cache = join(work, 'cache')
  const results = new Map<string, Result>()

  async function run(name: string, command: readonly string[]): Promise<void> {
    const cost = await measure(command, tree.folder, { Q8S_HOME: home })
    const result = results.get(name) ?? { costs: [], size: 0 }
    result.costs.push(cost)
    result.size = statSync(output).size
    results.set(name, result)
  }

  for (let round = 0; round < ROUNDS; round++) {
    for (const peer of peers) {
      rmSync(output, { force: true })
      await run(peer.name, peer.command(tree.folder, output))
    }
    rmSync(output, { force: true })
    rmSync(cache, { recursive: true, force: true })
    mkdirSync(cache)
    await run('q8s, first', [process.execPath, driver, tree.folder, output, cache])
    appendFileSync(join(tree.folder, 'app.py'), `# ${round}\n`)
    await run('q8s, again', [process.execPath, driver, tree.folder, output, cache])
    if (least) await run(least.name, least.command(tree.folder, output))
    rmSync(output, { force: true })
    rmSync(home, { recursive: true, force: true })
    const whole = [process.execPath, cli, 'bundle', '-q', '--output', output]
    await run('q8s-cli bundle, first', whole)
    appendFileSync(join(tree.folder, 'app.py'), `# ${round}\n`)
    await run('q8s-cli bundle, again', whole)
  }
  report(files, tree.bytes, results, missing)
  expect(results.size).toBe(peers.length + (least ? 5 : 4))
})

function report(files: number, bytes: number, results: ReadonlyMap<string, Result>, missing: string[]): void {
  const base = results.get('zip -r -q -6') ?? results.values().next().value
  if (!base) return
  const wall = (result: Result) => median(result.costs.map(cost => cost.wall))
  /** The time of a repeat as a share of the first time. */
  function againText(name: string, result: Result): string {
    if (!name.endsWith(', again')) return ''
    const first = results.get(name.replace('again', 'first')) ?? results.get('q8s, first')
    return first ? (wall(result) / wall(first)).toFixed(3) : ''
  }
  const rows = [...results].map(([name, result]) => [
    name,
    wall(result).toFixed(2),
    Math.min(...result.costs.map(cost => cost.wall)).toFixed(2),
    median(result.costs.map(cost => cost.cpu)).toFixed(2),
    Math.max(...result.costs.map(cost => cost.memory)).toFixed(0),
    (result.size / 1e6).toFixed(1),
    (wall(result) / wall(base)).toFixed(2),
    (result.size / base.size).toFixed(3),
    againText(name, result)
  ])
  const head = ['', 'wall s', 'least', 'CPU s', 'MB RSS', 'MB size', 'wall/zip', 'size/zip', 'wall/first']
  const cores = availableParallelism()
  const title = `Bundling ${files} files of ${(bytes / 1e6).toFixed(0)} MB on ${cores} cores, median of ${ROUNDS} rounds`
  printTable(missing.length > 0 ? `${title} (not here: ${missing.join(', ')})` : title, [head, ...rows])
}
