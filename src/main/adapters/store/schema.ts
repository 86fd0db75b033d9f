/**
 * The tables of the local platform. `seq` is the order of creation, even if the clock changes. `leftovers` are
 * instances whose record is gone and whose files and containers may still exist.
 */
import type { Schema } from './database.ts'

const version1 = `
  CREATE TABLE meta (
    key TEXT PRIMARY KEY,
    value TEXT NOT NULL
  ) STRICT;

  CREATE TABLE apps (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    name TEXT NOT NULL,
    version TEXT NOT NULL,
    owner TEXT NOT NULL,
    visibility TEXT NOT NULL,
    ephemeral INTEGER NOT NULL,
    manifest TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    size INTEGER NOT NULL,
    icon TEXT NOT NULL,
    created_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
  ) STRICT;
  CREATE UNIQUE INDEX apps_name_version ON apps (name, version) WHERE ephemeral = 0;
  CREATE INDEX apps_sha256 ON apps (sha256);

  CREATE TABLE instances (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    app_id TEXT NOT NULL REFERENCES apps (id),
    owner TEXT NOT NULL,
    visibility TEXT NOT NULL,
    ephemeral INTEGER NOT NULL,
    engine TEXT NOT NULL,
    wanted_port INTEGER,
    port INTEGER,
    overrides BLOB,
    run INTEGER NOT NULL,
    state TEXT NOT NULL,
    actor TEXT,
    route TEXT NOT NULL,
    reason TEXT,
    notices TEXT NOT NULL,
    created_at TEXT NOT NULL,
    started_at TEXT NOT NULL,
    ended_at TEXT
  ) STRICT;
  CREATE INDEX instances_app ON instances (app_id);

  CREATE TABLE leftovers (
    id TEXT PRIMARY KEY,
    engine TEXT NOT NULL
  ) STRICT;

  CREATE TABLE secrets (
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    key TEXT NOT NULL,
    value BLOB NOT NULL,
    updated_at TEXT NOT NULL,
    PRIMARY KEY (owner, name, key)
  ) STRICT;
`

/** `plain` is the options without their plain values. `sealed` is those values, encrypted; null if there are none. */
const version2 = `
  CREATE TABLE run_options (
    owner TEXT NOT NULL,
    folder TEXT NOT NULL,
    plain TEXT NOT NULL,
    sealed BLOB,
    PRIMARY KEY (owner, folder)
  ) STRICT;
`

const version3 = `
  CREATE TABLE instance_events (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    instance_id TEXT NOT NULL,
    run INTEGER NOT NULL,
    time TEXT NOT NULL,
    kind TEXT NOT NULL,
    message TEXT NOT NULL,
    reason TEXT
  ) STRICT;
  CREATE INDEX instance_events_instance ON instance_events (instance_id, seq);
`

/** Counts changes of apps, so that a watcher can see that none changed without reading them all. */
const version4 = ['INSERT', 'UPDATE', 'DELETE']
  .map(
    event => `
  CREATE TRIGGER apps_${event.toLowerCase()} AFTER ${event} ON apps BEGIN
    INSERT INTO meta (key, value) VALUES ('apps_revision', '1')
      ON CONFLICT (key) DO UPDATE SET value = CAST(CAST(value AS INTEGER) + 1 AS TEXT);
  END;`
  )
  .join('\n')

const version5 = `
  CREATE TABLE jobs (
    seq INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    job TEXT NOT NULL,
    actor TEXT
  ) STRICT;
`

/** Counts all changes by any process. The count shows whether a database lost some. */
const COUNTED = [
  'meta',
  'apps',
  'instances',
  'leftovers',
  'secrets',
  'run_options',
  'instance_events',
  'jobs'
]
const version6 = `
  CREATE TABLE changes (n INTEGER NOT NULL) STRICT;
  INSERT INTO changes (n) VALUES (1);
  ${COUNTED.flatMap(table =>
    ['INSERT', 'UPDATE', 'DELETE'].map(
      event => `
  CREATE TRIGGER changes_${table}_${event.toLowerCase()} AFTER ${event} ON ${table} BEGIN
    UPDATE changes SET n = n + 1;
  END;`
    )
  ).join('\n')}
`

/** `attached` is the process that the instance ends with. Null if the instance outlives the process that started it. */
const version7 = 'ALTER TABLE instances ADD COLUMN attached TEXT;'

export const localSchema: Schema = {
  migrations: [version1, version2, version3, version4, version5, version6, version7]
}
