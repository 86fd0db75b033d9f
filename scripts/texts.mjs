/** The texts of the sources beside a language's catalog. By hand: `node scripts/texts.mjs CATALOG [FOLDER…]` prints what differs. */
import { readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseSync, Visitor } from 'vite'

const ROOT = fileURLToPath(new URL('..', import.meta.url))

/** The command line speaks English only: programs read it. */
const NOT_TRANSLATED = join('src', 'main', 'cli') + sep

/** Modules that are loaded once the language is known. */
const LOADED_LATE = join('src', 'renderer') + sep

/** Every text of the sources below these folders, as catalogs know it, with the files that say it. */
export async function textsOf(folders = ['src']) {
  const texts = new Map()
  for (const folder of folders) {
    for (const entry of await readdir(join(ROOT, folder), { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath ?? entry.path, entry.name)
      const name = relative(ROOT, path)
      if (!/\.tsx?$/.test(name) || name.startsWith(NOT_TRANSLATED)) continue
      for (const text of textsIn(await readFile(path, 'utf8'), name)) {
        texts.set(text.key, { ...text, files: [...(texts.get(text.key)?.files ?? []), name] })
      }
    }
  }
  return texts
}

/** Those of one source: `{ key, isPlural, values }`, values being how many the text takes. */
export function textsIn(source, name) {
  const found = []
  let functions = 0
  const begin = () => void functions++
  const end = () => void functions--
  const add = text => {
    if (functions === 0 && !name.startsWith(LOADED_LATE)) {
      throw new Error(`${name}: "${text.key}" is made as the module is loaded, before a language is spoken.`)
    }
    found.push(text)
  }
  const { program, errors } = parseSync(name, source)
  if (errors.length > 0) throw new Error(`${name}: ${errors[0].message}`)
  new Visitor({
    ...{ FunctionDeclaration: begin, FunctionExpression: begin, ArrowFunctionExpression: begin },
    ...{
      'FunctionDeclaration:exit': end,
      'FunctionExpression:exit': end,
      'ArrowFunctionExpression:exit': end
    },
    TaggedTemplateExpression({ tag, quasi }) {
      if (tag.type !== 'Identifier' || !['t', 'rich'].includes(tag.name)) return
      if (quasi.quasis.some(({ value }) => value.raw.includes('\\n'))) {
        throw new Error(`${name}: a text has no line breaks; put several together.`)
      }
      const strings = quasi.quasis.map(({ value }) => value.cooked)
      const key = strings
        .reduce((text, string, at) => `${text}{${at - 1}}${string}`)
        .replace(/\s*\n\s*/g, ' ')
      add({ key, isPlural: false, values: quasi.expressions.length })
    },
    CallExpression({ callee, arguments: [, one] }) {
      if (callee.type !== 'Identifier' || callee.name !== 'plural') return
      if (one?.type !== 'Literal')
        throw new Error(`${name}: plural() takes its words as they are, not from elsewhere.`)
      add({ key: `{0} ${one.value}`, isPlural: true, values: 1 })
    }
  }).visit(program)
  return found
}

/** What is wrong with a catalog beside the texts, in words; nothing where it is whole. */
export function differences(texts, catalog) {
  const missing = [...texts.values()].filter(({ key }) => !(key in catalog))
  const unused = Object.keys(catalog).filter(key => !texts.has(key))
  const wrong = [...texts.values()].filter(text => text.key in catalog && !fits(text, catalog[text.key]))
  return {
    missing: missing.map(({ key, isPlural }) => ({ key, isPlural })),
    unused,
    wrong: wrong.map(({ key }) => key)
  }
}

/** A text has each of its values once; one that depends on a number has a form for each case. */
function fits({ isPlural, values }, entry) {
  if (isPlural !== (typeof entry === 'object')) return false
  const wanted = Array.from({ length: values }, (_, at) => `{${at}}`).join()
  return Object.values(isPlural ? entry : { other: entry }).every(
    form => (form.match(/\{\d+\}/g) ?? []).sort().join() === wanted
  )
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [file, ...folders] = process.argv.slice(2)
  const catalog = JSON.parse(await readFile(file, 'utf8').catch(() => '{}'))
  const found = differences(await textsOf(folders.length > 0 ? folders : undefined), catalog)
  console.log(JSON.stringify(found, null, 2))
  process.exitCode = Object.values(found).every(list => list.length === 0) ? 0 : 1
}
