/** Run options of a user's projects, stored in the home's database. Plain values are encrypted like secrets. */
import { createKeyedQueue } from '#core/async/queue.ts'
import type { RunOptionsStore } from '#core/ports.ts'
import { RunOptions, type RunVariable } from '#shared/run-options.ts'
import type { Store } from '../store/database.ts'
import type { Home } from './home.ts'
import { runOptionsPlace } from './sealed-places.ts'

/** Number of projects whose options are kept. The least recently used are deleted first. */
const KEPT = 50

interface Row {
  readonly plain: string
  readonly sealed: Uint8Array | null
}

export function createRunOptions({ store: open, keyring }: Home, user: string): RunOptionsStore {
  const place = (folder: string) => runOptionsPlace(user, folder)
  // After a reload, a window reads options that it saved only a moment before.
  const inOrder = createKeyedQueue()

  function write(store: Store, folder: string, plain: string, sealed: Uint8Array | null): void {
    // Replacing gives the row a new number, so rows stay in order of use even if the clock changes.
    store.run(
      'INSERT OR REPLACE INTO run_options (owner, folder, plain, sealed) VALUES (?, ?, ?, ?)',
      ...[user, folder, plain, sealed]
    )
    store.run(
      `DELETE FROM run_options WHERE owner = ? AND rowid NOT IN
       (SELECT rowid FROM run_options WHERE owner = ? ORDER BY rowid DESC LIMIT ?)`,
      ...[user, user, KEPT]
    )
  }

  async function read(folder: string): Promise<RunOptions> {
    const sql = 'SELECT plain, sealed FROM run_options WHERE owner = ? AND folder = ?'
    const row = (await open()).get<Row>(sql, user, folder)
    if (!row) return RunOptions.parse({})
    const values = row.sealed ? JSON.parse(await keyring.open(row.sealed, place(folder))) : []
    return joined(JSON.parse(row.plain), values)
  }

  async function save(folder: string, options: RunOptions): Promise<void> {
    const { plain, values } = parted(options)
    if (values.length > 0) {
      return keyring.write((store, seal) =>
        write(store, folder, plain, seal(JSON.stringify(values), place(folder)))
      )
    }
    const store = await open()
    store.transaction(() => write(store, folder, plain, null))
  }

  return {
    read: folder => inOrder(folder, () => read(folder)),
    save: (folder, options) => inOrder(folder, () => save(folder, options))
  }
}

/** A variable without its plain value: `at` is the value's position in the encrypted list. */
type Part = Omit<RunVariable, 'value'> & ({ readonly value: RunVariable['value'] } | { readonly at: number })

function parted(options: RunOptions): { plain: string; values: readonly string[] } {
  const values: string[] = []
  const env = options.env.map(({ name, value }): Part => {
    if (typeof value !== 'string') return { name, value }
    return { name, at: values.push(value) - 1 }
  })
  return { plain: JSON.stringify({ ...options, env }), values }
}

function joined(plain: { readonly env: readonly Part[] }, values: readonly string[]): RunOptions {
  const env = plain.env.map(part => ('at' in part ? { name: part.name, value: values[part.at] } : part))
  return RunOptions.parse({ ...plain, env })
}
