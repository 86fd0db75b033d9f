/** Finds the app or instance for a typed ID: the whole ID, or a prefix that is unique. */
import type { App } from '#shared/app.ts'
import type { Client } from '#shared/contract.ts'
import { AppError } from '#shared/errors.ts'
import type { Instance } from '#shared/instance.ts'
import { slipsBetween } from '#shared/spelling.ts'
import { UsageError } from './command.ts'
import type { Context } from './context.ts'

interface Kind<T> {
  readonly noun: string
  /** The command that lists them. */
  readonly list: string
  label(item: T): string
}

const APP: Kind<App> = {
  noun: 'app',
  list: 'q8s-cli app list -a',
  label: app => `${app.title} ${app.version}`
}

const INSTANCE: Kind<Instance> = {
  noun: 'instance',
  list: 'q8s-cli instance list -a',
  label: instance => `${instance.app.title} ${instance.app.version}, ${instance.state}`
}

/** The app for a typed ID. NOT_FOUND lists similar ones; CONFLICT lists the matches of a prefix that is too short. */
export async function findApp(context: Context, client: Client, typed: string): Promise<App> {
  const apps = await client.platform.apps.list({ all: true, ephemeral: true }, context)
  return findById(APP, apps, typed)
}

/** Like `findApp`, for instances. */
export async function findInstance(context: Context, client: Client, typed: string): Promise<Instance> {
  return findById(INSTANCE, await client.platform.instances.list({ all: true }, context), typed)
}

/** The caller's instance, if there is exactly one. NOT_FOUND without any; CONFLICT lists them if there are more. */
export async function onlyInstance(context: Context, client: Client): Promise<Instance> {
  const instances = await client.platform.instances.list({}, context)
  const [first] = instances
  if (first && instances.length === 1) return first
  if (!first)
    throw new AppError('NOT_FOUND', 'You have no instance.', 'Start one: q8s-cli app run, or q8s-cli exec')
  const shown = instances.slice(0, SHOWN).map(each => `${each.id}  ${INSTANCE.label(each)}`)
  const more = instances.length > SHOWN ? [`and ${instances.length - SHOWN} more: q8s-cli instance list`] : []
  throw new AppError(
    'CONFLICT',
    `You have ${instances.length} instances.`,
    `Name one, newest first:\n${[...shown, ...more].join('\n')}`,
    { data: { candidates: instances.map(({ id }) => id) } }
  )
}

export function findById<T extends { readonly id: string }>(
  kind: Kind<T>,
  items: readonly T[],
  typed: string
): T {
  const wanted = typed.trim().toLowerCase()
  if (wanted === '') throw new UsageError(`The ID of the ${kind.noun} is empty.`, `See: ${kind.list}`)
  const matches = startingWith(items, wanted)
  // The guide's sample of `instance logs` has a "c" before the ID that `run` printed; accept that.
  const found =
    matches.length === 0 && wanted.startsWith('c') ? startingWith(items, wanted.slice(1)) : matches
  const [first] = found
  if (first && (found.length === 1 || first.id === wanted)) return first
  const names = (each: readonly T[]) => each.map(item => `${item.id}  ${kind.label(item)}`).join('\n')
  if (first) {
    throw new AppError(
      'CONFLICT',
      `The ID prefix "${typed}" is not unique: ${found.length} ${kind.noun}s begin with it.`,
      `Type more of it:\n${names(found.slice(0, SHOWN))}`,
      { data: { candidates: found.map(item => item.id) } }
    )
  }
  const near = nearest(kind, items, wanted)
  throw new AppError(
    'NOT_FOUND',
    `There is no ${kind.noun} with an ID that begins with "${typed}".`,
    near.length === 0 ? `See what there is: ${kind.list}` : `Did you mean:\n${names(near)}`,
    { data: { candidates: near.map(item => item.id) } }
  )
}

const SHOWN = 5

function startingWith<T extends { readonly id: string }>(items: readonly T[], prefix: string): readonly T[] {
  if (prefix === '') return []
  const exact = items.filter(item => item.id === prefix)
  return exact.length > 0 ? exact : items.filter(item => item.id.startsWith(prefix))
}

/** Items whose label contains the typed text, and items whose ID differs only by a few typing slips. */
function nearest<T extends { readonly id: string }>(kind: Kind<T>, items: readonly T[], typed: string): T[] {
  const allowed = Math.min(3, Math.floor(typed.length / 3))
  const scored = items.map(item => {
    if (kind.label(item).toLowerCase().includes(typed)) return { item, score: 0 }
    return { item, score: slipsBetween(typed, item.id.slice(0, typed.length)) }
  })
  return scored
    .filter(({ score }) => score <= allowed)
    .sort((a, b) => a.score - b.score)
    .slice(0, SHOWN)
    .map(({ item }) => item)
}
