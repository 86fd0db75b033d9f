export interface SourceText {
  readonly key: string
  readonly isPlural: boolean
  /** How many values it takes. */
  readonly values: number
  readonly files?: readonly string[]
}
export interface Differences {
  readonly missing: readonly { readonly key: string; readonly isPlural: boolean }[]
  readonly unused: readonly string[]
  readonly wrong: readonly string[]
}
export function textsOf(folders?: readonly string[]): Promise<Map<string, SourceText>>
export function textsIn(source: string, name: string): SourceText[]
export function differences(
  texts: ReadonlyMap<string, SourceText>,
  catalog: Readonly<Record<string, unknown>>
): Differences
