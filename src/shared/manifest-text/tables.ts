/** Tables among the values of a TOML text. */

export type Table = Readonly<Record<string, unknown>>

export function isTable(value: unknown): value is Table {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date)
}

/** The table, or an empty one where the value is something else. */
export function tableOf(value: unknown): Table {
  return isTable(value) ? value : {}
}
