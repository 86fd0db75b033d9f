/** Numbers and times in readable form; show the exact value on hover. */
import { count, decimal, t } from '#shared/language.ts'
import { languageFor, spoken } from '#shared/languages/index.ts'

export { count, plural } from '#shared/language.ts'
export { bytesText as bytes } from '#shared/quantity.ts'

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

// Created once: creating one costs more than formatting a whole screen of rows.
const moments = new Intl.DateTimeFormat(ownLocale(), { dateStyle: 'medium', timeStyle: 'medium' })

/** Bytes -> `432,013,312 bytes`. */
export function exactBytes(value: number): string {
  return t`${count(Math.round(value))} bytes`
}

/** Cores in use -> `41 %` of one core; two full ones are `200 %`. */
export function percent(cores: number): string {
  return `${Math.round(cores * 100)} %`
}

/** Time since, in its largest unit: `9s`, `3m`, `5h`, `18d`; `now` if the clock was set back. */
export function age(since: string | Date, now: Date | number): string {
  const seconds = Math.floor((Number(now) - new Date(since).getTime()) / 1000)
  if (!Number.isFinite(seconds)) return ''
  if (seconds < 1) return t`now`
  if (seconds < MINUTE) return t`${seconds}s`
  if (seconds < HOUR) return t`${Math.floor(seconds / MINUTE)}m`
  if (seconds < DAY) return t`${Math.floor(seconds / HOUR)}h`
  return t`${count(Math.floor(seconds / DAY))}d`
}

/** Milliseconds -> `0.8 s`, `9 s`, `1 min 20 s`, `2 h 5 min`, `1 d 2 h`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms / 1000)
  if (seconds < 0.1) return '< 0.1 s'
  if (seconds < 1) return `${decimal(seconds, 1)} s`
  if (seconds < MINUTE) return `${Math.floor(seconds)} s`
  if (seconds < HOUR) return t`${Math.floor(seconds / MINUTE)} min ${Math.floor(seconds % MINUTE)} s`
  if (seconds < DAY) return t`${Math.floor(seconds / HOUR)} h ${Math.floor((seconds % HOUR) / MINUTE)} min`
  return t`${count(Math.floor(seconds / DAY))} d ${Math.floor((seconds % DAY) / HOUR)} h`
}

/** The user's locale if it belongs to the window's language: `de-AT` for German in Vienna. */
function ownLocale(): string {
  const own: readonly string[] = globalThis.navigator?.languages ?? []
  return own.find(locale => languageFor(locale) === spoken()) ?? spoken()
}

/** A time in the user's locale and time zone, to the second. */
export function moment(time: string): string {
  const date = new Date(time)
  return Number.isNaN(date.getTime()) ? time : moments.format(date)
}
