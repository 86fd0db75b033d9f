/** Bundling a large project, the first time and again with one file changed, beside other makers of zip archives. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { build } from 'vite'
import { afterAll, expect, test } from 'vitest'
import { findPeers } from './bundle-peers.ts'
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

/** The product's code as it ships: built, with its workers beside it. */
async function buildDriver(): Promise<string> {
  const root = join(import.meta.dirname, '../..')
  // Where it finds the packages it needs, as an installed product would.
  const outDir = join(root, 'node_modules/.cache', basename(work))
  drivers.push(outDir)
  const input = {
    driver: join(import.meta.dirname, 'bundle-driver.ts'),
    'compress-worker': join(root, 'src/main/core/bundle/compress-worker.js')
  }
  await build({
    root,
    configFile: false,
    logLevel: 'warn',
    build: { ssr: true, outDir, target: 'node20.18', rollupOptions: { input, output: { format: 'es' } } }
  })
  return join(outDir, 'driver.js')
}

test('bundling a large project', async () => {
  const driver = await buildDriver()
  const tree = makeTree(join(work, 'tree'))
  const { peers, missing } = findPeers(work)
  const output = join(work, 'out.qz')
  const cache = join(work, 'cache')
  const results = new Map<string, Result>()

  async function run(name: string, command: readonly string[]): Promise<void> {
    const cost = await measure(command, tree.folder)
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
  }
  report(tree.files, tree.bytes, results, missing)
  expect(results.size).toBe(peers.length + 2)
})

function report(files: number, bytes: number, results: ReadonlyMap<string, Result>, missing: string[]): void {
  const base = results.get('zip -r -q -6') ?? results.values().next().value
  const first = results.get('q8s, first')
  if (!base || !first) return
  const wall = (result: Result) => median(result.costs.map(cost => cost.wall))
  const rows = [...results].map(([name, result]) => [
    name,
    wall(result).toFixed(2),
    Math.min(...result.costs.map(cost => cost.wall)).toFixed(2),
    median(result.costs.map(cost => cost.cpu)).toFixed(2),
    Math.max(...result.costs.map(cost => cost.memory)).toFixed(0),
    (result.size / 1e6).toFixed(1),
    (wall(result) / wall(base)).toFixed(2),
    (result.size / base.size).toFixed(3),
    (wall(result) / wall(first)).toFixed(3)
  ])
  const head = ['', 'wall s', 'least', 'CPU s', 'MB RSS', 'MB size', 'wall/zip', 'size/zip', 'wall/first']
  const cores = availableParallelism()
  const title = `Bundling ${files} files of ${(bytes / 1e6).toFixed(0)} MB on ${cores} cores, median of ${ROUNDS} rounds`
  printTable(missing.length > 0 ? `${title} (not here: ${missing.join(', ')})` : title, [head, ...rows])
}
