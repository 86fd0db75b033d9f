/** A home as after some weeks of use: several apps and versions, instances in every state, secrets. */
import { execFile } from 'node:child_process'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { openStore } from '#adapters/store/database.ts'
import { localSchema } from '#adapters/store/schema.ts'

const root = join(import.meta.dirname, '../..')
const cli = join(root, 'out/main/q8s-cli.js')

interface MadeUpApp {
  readonly name: string
  readonly title: string
  readonly category: string
  /** The sample's own if not given. */
  readonly description?: string
  /** Version to days since it was published. */
  readonly versions: Readonly<Record<string, number>>
  readonly visibility?: 'PRIVATE' | 'ALL_USERS'
  /** Python code that replaces the app's own. */
  readonly code?: string
  /** The sample to copy; a plain web app if not given. */
  readonly sample?: string
  /** Has no instance. */
  readonly idle?: boolean
}

const APPS: readonly MadeUpApp[] = [
  {
    name: 'ai.h2o.q.hello-wave',
    title: 'Hello Wave',
    category: 'Other',
    versions: { '0.8.0': 30, '0.9.0': 12 },
    visibility: 'ALL_USERS',
    sample: 'hello-wave',
    idle: true
  },
  {
    name: 'org.example.churn',
    title: 'Customer churn explorer',
    category: 'Retail',
    description: 'Which customers are likely to leave, and what speaks for it.',
    versions: { '0.9.0': 41, '1.0.0': 26, '1.1.0': 9 },
    visibility: 'ALL_USERS'
  },
  {
    name: 'org.example.forecast',
    title: 'Demand forecast',
    category: 'Manufacturing',
    description: 'How much of each product the next weeks will need.',
    versions: { '2.3.1': 6 },
    code: 'raise ValueError("no column named \'week\' in sales.csv")\n'
  },
  {
    name: 'org.example.memory',
    title: 'Claims triage',
    category: 'Insurance',
    description: 'Which claims somebody should look at first.',
    versions: { '0.4.0': 4 },
    code: 'hold = []\nwhile True: hold.append(bytearray(8 * 1024 * 1024))\n'
  },
  {
    name: 'org.example.long',
    title: `قائمة المهام ★ ${'عنوان طويل جدا يجب أن يقطع في كل مكان يظهر فيه '.repeat(4)}`.slice(0, 200),
    category: 'Other',
    versions: { '1.0.0': 1 }
  }
]

const LONG_NAME = 'a-long-name-'.repeat(6).slice(0, 63)

/** Days since each secret was set. */
const SECRETS = { 'sales-database': 18, 'object-store': 5, [LONG_NAME]: 40 }

/** Runs q8s-cli on that home and returns its JSON. */
export async function run(home: string, cwd: string, ...args: string[]): Promise<unknown> {
  const env = { ...process.env, Q8S_HOME: home }
  const { stdout } = await promisify(execFile)(process.execPath, [cli, ...args, '-o', 'json'], { cwd, env })
  return stdout.trim() === '' ? undefined : JSON.parse(stdout)
}

/** Fills the home and waits until all instances that can become ready are ready. */
export async function fillHome(home: string): Promise<void> {
  for (const app of APPS) await publishVersions(home, app)
  const apps = (await run(home, home, 'app', 'list', '-a')) as { id: string; name: string; version: string }[]
  for (const { id, name, version } of apps) {
    if (version === '0.9.0' || APPS.some(app => app.idle && app.name === name)) continue
    // The broken ones end as failed, as intended.
    await run(home, home, 'app', 'run', id, '--wait').catch(error => {
      if (!/forecast|memory/.test(name)) throw error
    })
  }
  const instances = (await run(home, home, 'instance', 'list')) as { id: string; app: { version: string } }[]
  for (const { id, app } of instances) {
    if (app.version === '1.0.0') await run(home, home, 'instance', 'stop', id)
  }
  await run(home, home, 'secret', 'set', 'sales-database', 'USER=reader', 'PASSWORD=made up for a picture')
  await run(home, home, 'secret', 'set', 'object-store', 'TOKEN=made up for a picture')
  await run(home, home, 'secret', 'set', LONG_NAME, 'KEY=made up for a picture')
  await letWeeksPass(home)
}

/** Sets the times of what was just made to those listed above. */
async function letWeeksPass(home: string): Promise<void> {
  const ago = (days: number) => new Date(Date.now() - days * 24 * 60 * 60 * 1000).toISOString()
  const store = await openStore(join(home, 'state', 'platform.db'), localSchema)
  store.transaction(() => {
    for (const { name, versions } of APPS) {
      for (const [version, days] of Object.entries(versions)) {
        const sql = 'UPDATE apps SET created_at = ?, updated_at = ? WHERE name = ? AND version = ?'
        store.run(sql, ago(days), ago(days), name, version)
      }
    }
    for (const [name, days] of Object.entries(SECRETS)) {
      store.run('UPDATE secrets SET updated_at = ? WHERE name = ?', ago(days), name)
    }
  })
  store.close()
}

async function publishVersions(home: string, app: MadeUpApp): Promise<void> {
  const folder = join(home, 'projects', app.name)
  await mkdir(join(home, 'projects'), { recursive: true })
  await cp(join(root, 'resources/samples', app.sample ?? 'plain-web'), folder, { recursive: true })
  if (app.code) await writeFile(join(folder, 'web.py'), app.code)
  const manifest = join(folder, 'q-app.toml')
  const original = await readFile(manifest, 'utf8')
  const sample = app.description
    ? original.replace(/^Description = .*$/m, `Description = ${JSON.stringify(app.description)}`)
    : original
  for (const version of Object.keys(app.versions)) {
    const text = sample
      .replace('ai.h2o.q.plain-web', app.name)
      .replace('"Plain Web"', JSON.stringify(app.title))
      .replace('"1.0.0"', JSON.stringify(version))
      .replace('"Other"', JSON.stringify(app.category))
    await writeFile(manifest, text)
    await run(home, folder, 'bundle', 'import', '-v', app.visibility ?? 'PRIVATE')
  }
}
