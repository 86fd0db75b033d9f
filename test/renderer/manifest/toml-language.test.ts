/** The editor's colours: correct for TOML, and any text is read to its end. */
import { StringStream } from '@codemirror/language'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tomlLanguage } from '../../../src/renderer/features/project/manifest/toml-language.ts'
import { manifestText } from '../../shared/manifest-text/manifests.ts'

/** Each token with its kind; throws if a token is empty, which would hang the window. */
function tokens(text: string): [string, string][] {
  const state = tomlLanguage.startState?.(2) as never
  const found: [string, string][] = []
  for (const line of text.split('\n')) {
    const stream = new StringStream(line, 2, 2)
    while (!stream.eol()) {
      stream.start = stream.pos
      const kind = tomlLanguage.token(stream, state)
      if (stream.pos === stream.start) throw new Error(`stuck at ${stream.pos} of ${JSON.stringify(line)}`)
      if (kind) found.push([stream.current(), kind])
    }
  }
  return found
}

describe('the language of the editor', () => {
  test('distinguishes the parts of a manifest', () => {
    expect(
      tokens('[[Env]] # row\nName = "a # b"\n"odd key"=[1, true, { a = \'x\' }]\nD = """one\\"""\ntwo"""')
    ).toEqual([
      ['[[Env]]', 'atom'],
      ['# row', 'comment'],
      ['Name', 'propertyName'],
      ['"a # b"', 'string'],
      ['"odd key"', 'propertyName'],
      ['[', 'bracket'],
      ['1', 'number'],
      ['true', 'bool'],
      ['{', 'bracket'],
      ['a', 'propertyName'],
      ["'x'", 'string'],
      ['}', 'bracket'],
      [']', 'bracket'],
      ['D', 'propertyName'],
      ['"""one\\"""', 'string'],
      ['two"""', 'string']
    ])
  })

  test('always advances, in any text', () => {
    const hostile = fc.string({
      unit: fc.constantFrom('"', "'", '[', ']', '=', '#', '\\', '\r', '\n', '\u2028', ' ', 'a', '{')
    })
    fc.assert(
      fc.property(fc.oneof(manifestText, hostile, fc.string({ unit: 'binary' })), text => {
        tokens(text)
      }),
      { numRuns: 1000 }
    )
  })

  test('reads a string over lines that end in CR LF', () => {
    expect(tokens('D = """\r\none\r\ntwo"""\r\n').at(-1)).toEqual(['two"""', 'string'])
  })
})
