/** Formats apps and instances for the CLI: the guide's table and its eleven labelled lines. */
import type { App } from '#shared/app.ts'
import type { Instance } from '#shared/instance.ts'
import { age, record, table, timestamp } from './format.ts'

/** Widths are from the guide's sample; a longer value widens its column. */
export function appTable(apps: readonly App[], now: Date): string {
  const columns = [
    { title: 'ID', width: 36 },
    { title: 'TITLE', width: 30 },
    { title: 'OWNER', width: 16 },
    { title: 'CREATED', width: 7 },
    { title: 'UPDATED', width: 7 },
    { title: 'CATEGORY', width: 13 },
    { title: 'VISIBILITY' }
  ]
  const rows = apps.map(app => [
    app.id,
    `${app.title} ${app.version}`,
    app.owner,
    age(app.createdAt, now),
    age(app.updatedAt, now),
    app.category,
    app.visibility
  ])
  return table(columns, rows)
}

export function appRecord(app: App): string {
  return record([
    ['ID', app.id],
    ['Title', app.title],
    ['Version', app.version],
    ['Category', app.category],
    ['Created At', timestamp(app.createdAt)],
    ['Updated At', timestamp(app.updatedAt)],
    ['Owner', app.owner],
    ['Visibility', app.visibility],
    ['Bundle Location', app.bundle.location],
    ['Icon Location', app.iconLocation],
    ['Description', app.description]
  ])
}

export function instanceTable(instances: readonly Instance[], now: Date): string {
  const columns = [
    { title: 'ID', width: 36 },
    { title: 'TITLE', width: 30 },
    { title: 'OWNER', width: 16 },
    { title: 'CREATED', width: 7 },
    { title: 'STATE', width: 8 },
    { title: 'VISIBILITY', width: 10 },
    { title: 'URL' }
  ]
  const rows = instances.map(instance => [
    instance.id,
    titleOf(instance),
    instance.owner,
    age(instance.createdAt, now),
    stateText(instance),
    instance.visibility,
    instance.url
  ])
  return table(columns, rows)
}

/** A local run belongs to a project's folder, not to an app in the list of apps. */
function titleOf({ app, ephemeral }: Instance): string {
  return `${app.title} ${app.version}${ephemeral ? ' (local run)' : ''}`
}

/** The two lines that the guide prints for a run. */
export function runRecord(instance: Instance): string {
  return record([
    ['ID', instance.id],
    ['URL', instance.url]
  ])
}

export function instanceRecord(instance: Instance): string {
  return record([
    ['ID', instance.id],
    ['Title', instance.app.title],
    ['Version', instance.app.version],
    ['State', stateText(instance)],
    ...(instance.reason ? [['Reason', instance.reason.message] as const] : []),
    ...(instance.engineGone ? [['Engine', instance.engineGone] as const] : []),
    ['Created At', timestamp(instance.createdAt)],
    ['Owner', instance.owner],
    ['Visibility', instance.visibility],
    ['URL', instance.url]
  ])
}

/** `ready`, `installing 40%`, `failed: out-of-memory`, `ready when last seen`. */
export function stateText(instance: Instance): string {
  const text = lastState(instance)
  return instance.engineGone === undefined ? text : `${text} when last seen`
}

function lastState(instance: Instance): string {
  if (instance.state === 'starting' && instance.phase) {
    return instance.percent === undefined
      ? instance.phase
      : `${instance.phase} ${Math.floor(instance.percent)}%`
  }
  return instance.state === 'failed' && instance.reason ? `failed: ${instance.reason.code}` : instance.state
}
