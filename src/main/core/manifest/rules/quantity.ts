/** Checks sizes: valid Kubernetes quantities in a sensible range, and no reservation above its limit. */
import type { Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import { parseQuantity } from '#shared/quantity.ts'
import { type ManifestView, remark, setFix } from './view.ts'

const MEBI = 2 ** 20
/** The smallest sensible values, in bytes: an empty Wave app needs about 58 MiB in all. */
const LEAST: Readonly<Record<string, number>> = {
  MemoryLimit: 64 * MEBI,
  MemoryReservation: MEBI,
  VolumeSize: MEBI
}

/** The smallest memory limit that Docker accepts, in bytes. */
const LEAST_MEMORY = 6 * MEBI
/**
 * The largest exact integer of a JavaScript number, 8 PiB: more than any computer has, and below the engines' limit of
 * 2^63.
 */
const MOST = Number.MAX_SAFE_INTEGER

export function quantityRules(view: ManifestView): Finding[] {
  return [...Object.keys(LEAST).flatMap(key => quantity(view, key)), ...reservation(view)]
}

function quantity(view: ManifestView, key: string): Finding[] {
  const value = view.runtime[key]
  if (typeof value !== 'string') return []
  const path = ['Runtime', key]
  const fixTo = (better: string | undefined) =>
    better === undefined ? undefined : setFix(view, t`Use "${better}"`, path, better)
  const unitFix = () => (/^\d+$/.test(value) && Number(value) >= 64 ? fixTo(`${value}Mi`) : undefined)
  const bytes = parseQuantity(value)
  if (bytes === undefined) {
    const message = t`"${value}" is not a quantity: a number and a unit such as Mi or Gi, as in "500Mi".`
    return [remark(view, { rule: 'quantity', severity: 'error', path, message, fix: fixTo(repaired(value)) })]
  }
  if (bytes <= 0) {
    const message = t`${key} has to be more than 0.`
    return [remark(view, { rule: 'quantity-positive', severity: 'error', path, message })]
  }
  if (bytes > MOST) {
    const message = t`"${value}" is more than any computer has.`
    return [remark(view, { rule: 'quantity-huge', severity: 'error', path, message })]
  }
  if (/[mun]$/.test(value)) {
    const message = t`In "${value}" the small letter means a fraction of a byte; megabytes are "M",
      mebibytes "Mi".`
    const fix = fixTo(`${value.slice(0, -1)}Mi`)
    return [remark(view, { rule: 'quantity-milli', severity: 'warning', path, message, fix })]
  }
  if (bytes >= (LEAST[key] ?? 0)) return []
  if (key !== 'VolumeSize' && bytes < LEAST_MEMORY) {
    const message = t`"${value}" is ${inWords(bytes)}: no container runs with less than 6Mi.`
    return [remark(view, { rule: 'quantity-too-small', severity: 'error', path, message, fix: unitFix() })]
  }
  const fix = unitFix()
  const message =
    key === 'MemoryLimit'
      ? t`"${value}" is ${inWords(bytes)}, which is probably too little. An empty Wave app takes about 58Mi.`
      : t`"${value}" is ${inWords(bytes)}, which is probably too little.`
  return [remark(view, { rule: 'quantity-tiny', severity: 'warning', path, message, fix })]
}

function reservation(view: ManifestView): Finding[] {
  const { MemoryLimit: limit, MemoryReservation: reserved } = view.runtime
  if (typeof limit !== 'string' || typeof reserved !== 'string') return []
  const limitBytes = parseQuantity(limit)
  const reservedBytes = parseQuantity(reserved)
  if (limitBytes === undefined || reservedBytes === undefined || reservedBytes <= limitBytes) return []
  const path = ['Runtime', 'MemoryReservation']
  const message = t`MemoryReservation (${reserved}) is above MemoryLimit (${limit}); no instance could be
    scheduled.`
  const fix = setFix(view, t`Use "${limit}"`, path, limit)
  return [remark(view, { rule: 'reservation-above-limit', severity: 'error', path, message, fix })]
}

function inWords(bytes: number): string {
  return bytes < 1024 ? t`${bytes} bytes` : `${Math.round(bytes / 1024)} KiB`
}

/** The quantity that was probably meant by `500MB`, `500 Mi`, `1g` or `1,5Gi`. */
function repaired(text: string): string | undefined {
  const match = /^\s*(\d+(?:[.,]\d+)?)\s*([kmgtpe]?)(i?)(b|bytes)?\s*$/i.exec(text)
  if (!match) return undefined
  const [, digits = '', letter = '', binary = '', bytes = ''] = match
  const number = digits.replace(',', '.')
  if (letter === '') return number
  // `500MB` means powers of ten; a single letter is Docker's notation for powers of two.
  const upper = letter.toUpperCase()
  if (binary || !bytes) return `${number}${upper}i`
  return number + (upper === 'K' ? 'k' : upper)
}
