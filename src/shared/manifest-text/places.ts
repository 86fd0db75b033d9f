/** Where each key and value of a TOML document stands in its text. */
import type { AST } from 'toml-eslint-parser'
import type { Range } from './text-range.ts'

/** `['Env', 0, 'Name']`. */
export type Path = readonly (string | number)[]

interface Place {
  /** The last part of the key that first names it; absent for elements of arrays. */
  readonly key?: Range | undefined
  /** Absent for tables that have a header or are only implied. */
  readonly value?: Range | undefined
  readonly node?: AST.TOMLContentNode | undefined
  /** The `key = value` whose value it is. */
  readonly entry?: AST.TOMLKeyValue | undefined
  /** The `[header]` or `[[header]]` that defines it. */
  readonly header?: AST.TOMLTable | undefined
  /** Entries that define it by dotted keys: `App.Name = "x"` for `App`. */
  readonly dotted: readonly AST.TOMLKeyValue[]
}

export interface Places {
  /** Plain elements of arrays are not places of their own: see `node.elements` of the array. */
  at(path: Path): Place | undefined
  /** Every header in the order of the text, with its resolved path. */
  readonly headers: readonly AST.TOMLTable[]
  /** Entries before the first header. */
  readonly root: readonly AST.TOMLKeyValue[]
}

type Building = { -readonly [K in keyof Place]: Place[K] } & { dotted: AST.TOMLKeyValue[] }

/** `nameAt` gives the spelling a key is found under, by the path above it. */
export function placesOf(tree: AST.TOMLProgram, nameAt: (parent: Path, key: string) => string): Places {
  const index = new Map<string, Building>()
  const headers: AST.TOMLTable[] = []
  const root: AST.TOMLKeyValue[] = []
  const place = (path: Path): Building => {
    const name = JSON.stringify(path)
    const existing = index.get(name)
    if (existing) return existing
    const made: Building = { dotted: [] }
    index.set(name, made)
    return made
  }
  const addEntry = (base: Path, entry: AST.TOMLKeyValue): void => {
    const path = [...base]
    for (const [position, part] of entry.key.keys.entries()) {
      path.push(nameAt(path, keyText(part)))
      const at = place(path)
      at.key ??= rangeOf(part)
      if (position < entry.key.keys.length - 1) at.dotted.push(entry)
      else at.entry = entry
    }
    addValue(path, entry.value)
  }
  const addValue = (path: Path, node: AST.TOMLContentNode): void => {
    const at = place(path)
    at.node = node
    at.value = rangeOf(node)
    if (node.type === 'TOMLInlineTable') for (const entry of node.body) addEntry(path, entry)
    if (node.type === 'TOMLArray') {
      for (const [position, element] of node.elements.entries()) {
        if (element.type !== 'TOMLValue') addValue([...path, position], element)
      }
    }
  }
  for (const child of tree.body[0].body) {
    if (child.type === 'TOMLKeyValue') {
      root.push(child)
      addEntry([], child)
      continue
    }
    child.resolvedKey = named(child.resolvedKey, nameAt)
    headers.push(child)
    addHeader(child, place)
    for (const entry of child.body) addEntry(child.resolvedKey, entry)
  }
  return { at: path => index.get(JSON.stringify(path)), headers, root }
}

function addHeader(table: AST.TOMLTable, place: (path: Path) => Building): void {
  const at = place(table.resolvedKey)
  at.header = table
  const parts = table.key.keys
  at.key = rangeOf(parts.at(-1) ?? table.key)
  if (typeof table.resolvedKey.at(-1) === 'number') place(table.resolvedKey.slice(0, -1)).key ??= at.key
}

function named(path: Path, nameAt: (parent: Path, key: string) => string): (string | number)[] {
  const found: (string | number)[] = []
  for (const part of path) found.push(typeof part === 'number' ? part : nameAt(found, part))
  return found
}

export function keyText(part: AST.TOMLBare | AST.TOMLQuoted): string {
  return part.type === 'TOMLBare' ? part.name : part.value
}

function rangeOf(node: AST.TOMLNode): Range {
  return { from: node.range[0], to: node.range[1] }
}
