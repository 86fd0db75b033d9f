/** The diagnosis of this computer: disk space, clock, and the usual port. */
import { t } from '#shared/language.ts'
import type { Platform } from '#shared/platform.ts'
import type { Check } from '#shared/system.ts'
import type { HomeFolders } from '../host/folders.ts'
import type { ComputerProbe } from '../ports.ts'

const MIB = 1024 * 1024
/** Free bytes below which operations soon fail, and below which the next environment may not fit. */
const FULL = 200 * MIB
const TIGHT = 2048 * MIB

/** Milliseconds a record may be ahead of the clock before the clock counts as wrong. */
const AHEAD_MS = 120_000

export async function checkDisk(
  folders: HomeFolders,
  { freeSpace }: Pick<ComputerProbe, 'freeSpace'>
): Promise<Check> {
  const places = [folders.state, folders.cache]
  const free = await Promise.all(places.map(freeSpace))
  const least = Math.min(...free)
  const common = {
    id: 'disk',
    title: t`Disk space`,
    checked: t`Free space for ${folders.state} and ${folders.cache}`,
    message: t`${quantity(least)} free.`,
    details: []
  } as const
  if (least >= TIGHT) return { ...common, state: 'ok' }
  return {
    ...common,
    state: least < FULL ? 'failed' : 'notice',
    message:
      least < FULL
        ? t`The disk is full: ${quantity(least)} free. Imports, runs and logs fail.`
        : t`${quantity(least)} free. The environment of an app with large packages may not fit.`,
    hint: t`Free some space: remove instances and app versions that are not needed, or other files.`
  }
}

function quantity(bytes: number): string {
  return bytes < 1024 * MIB ? `${Math.floor(bytes / MIB)} MiB` : `${(bytes / 1024 / MIB).toFixed(1)} GiB`
}

export async function checkClock(platform: Platform, now: Date, signal: AbortSignal): Promise<Check> {
  const common = {
    id: 'clock',
    title: t`Clock`,
    checked: t`The time of this computer against what it recorded last`,
    details: []
  } as const
  const newest = await newestRecord(platform, signal).catch(() => undefined)
  if (newest === undefined) {
    signal.throwIfAborted()
    const message = t`What was recorded last cannot be read, see Local platform.`
    return { ...common, state: 'skipped', message }
  }
  if (newest === '' || Date.parse(newest) <= now.getTime() + AHEAD_MS) {
    return {
      ...common,
      state: 'ok',
      message: t`It is ${inWords(now.toISOString())}, later than anything that is recorded.`
    }
  }
  return {
    ...common,
    state: 'notice',
    message: t`The clock was set back: it is ${inWords(now.toISOString())}, and the newest record is of
      ${inWords(newest)}.`,
    hint: t`Set the clock of this computer right. Nothing is lost: ages show 0 s, and lists keep the
      order things were made in.`
  }
}

/** The time of the newest record; empty if there is none. */
async function newestRecord(platform: Platform, signal: AbortSignal): Promise<string> {
  const [apps, instances] = await Promise.all([
    platform.apps.list({ ephemeral: true }, { signal }),
    platform.instances.list({}, { signal })
  ])
  const times = [...apps.map(app => app.createdAt), ...instances.map(it => it.startedAt ?? it.createdAt)]
  return times.reduce((latest, time) => (time > latest ? time : latest), '')
}

export async function checkPort(
  platform: Platform,
  computer: ComputerProbe,
  signal: AbortSignal
): Promise<Check> {
  const { port, isFree } = await computer.usualPort()
  const common = {
    id: 'port',
    title: t`Port`,
    checked: t`Port ${port} of this computer, where local runs are served`,
    details: []
  } as const
  if (isFree) return { ...common, state: 'ok', message: t`It is free.` }
  const instances = await platform.instances.list({}, { signal }).catch(() => [])
  const own = instances.find(({ url }) => URL.canParse(url) && new URL(url).port === String(port))
  if (own) return { ...common, state: 'ok', message: t`${own.app.title} ${own.app.version} is served there.` }
  return {
    ...common,
    state: 'notice',
    message: t`Another program has it. The next local run takes another port, and says which.`,
    hint: t`End that program, or choose a port for the project.`
  }
}

/** `2026-01-02T03:04:05.678Z` -> `2026-01-02 03:04:05 UTC`. */
function inWords(time: string): string {
  return `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`
}
