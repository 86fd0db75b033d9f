/** Converts Kubernetes resource quantities (`500Mi`, `1Gi`, `1e3`, `400m`) to numbers, and bytes to text. */
import { decimal } from './language.ts'

const SUFFIXES: Readonly<Record<string, number>> = {
  '': 1,
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60
}

/** The amount in base units (bytes for memory); undefined if the text is not a quantity. */
export function parseQuantity(text: string): number | undefined {
  const match = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:([eE][+-]?\d+)|([numkMGTPE]|[KMGTPE]i))?$/.exec(text)
  if (!match) return undefined
  const [, digits = '', exponent = '', suffix = ''] = match
  const value = Number(digits + exponent) * (SUFFIXES[suffix] ?? Number.NaN)
  return Number.isFinite(value) ? value : undefined
}

/** Twice the amount, in the same unit: `500Mi` to `1000Mi`; undefined if the text is not a quantity. */
export function doubledQuantity(text: string): string | undefined {
  const [, digits = '', unit = ''] = /^((?:\d+\.?\d*|\.\d+))(.*)$/.exec(text) ?? []
  if (parseQuantity(text) === undefined || digits === '') return undefined
  return `${2 * Number(digits)}${unit}`
}

const BINARY_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** Bytes -> `412 MiB`, `1.4 GiB`: at most three digits. */
export function bytesText(value: number): string {
  let amount = value
  let unit = 0
  while (amount >= 1000 && unit < BINARY_UNITS.length - 1) {
    amount /= 1024
    unit += 1
  }
  const digits = unit === 0 || amount >= 100 ? 0 : amount >= 10 ? 1 : 2
  return `${decimal(amount, digits)} ${BINARY_UNITS[unit]}`
}
