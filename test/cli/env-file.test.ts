/** Files of `--env-file`: comments, quotes, values over several lines, and errors for invalid lines. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parseEnvFile } from '#main/cli/env-file.ts'

const parse = (text: string) => parseEnvFile(text, '.env')

test('comments, quotes and exports are supported', () => {
  const text = '\ufeff# c\r\nA=1 # one\nexport B="two\\nlines" # x\nC=\'#3\'\n\nD=\nE=a=b\n'
  expect(parse(text)).toEqual({ A: '1', B: 'two\nlines', C: '#3', D: '', E: 'a=b' })
})

test('a value in quotes can span several lines', () => {
  const text = `KEY="-----BEGIN KEY-----\r\nabc=\r\n-----END KEY-----" # mine\r\nNEXT='{\n  "a": "b"  \n}'\nLAST=1`
  expect(parse(text)).toEqual({
    KEY: '-----BEGIN KEY-----\nabc=\n-----END KEY-----',
    NEXT: '{\n  "a": "b"  \n}',
    LAST: '1'
  })
})

test('an escaped quote does not end a value', () => {
  expect(parse('A="first \\"\nsecond \\" third\nfourth"\nB=2')).toEqual({
    A: 'first "\nsecond " third\nfourth',
    B: '2'
  })
})

test.each([
  ['A=1\nnonsense', '.env:2 is not NAME=VALUE.'],
  ['A=1\nB="never\nclosed', `.env:2 begins a value with " that does not end with it.`],
  [`A='tis\nB='two'\n`, `.env:1 begins a value with ' that does not end with it.`]
])('%j is an error with its line', (text, message) => {
  expect(() => parse(text)).toThrow(message)
})

test('any value is read as it was written', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (one, two) => {
      const [a, b] = [one, two].map(value => value.replaceAll(/[\r']/g, ''))
      const escaped = b?.replaceAll('\\', '\\\\').replaceAll('"', '\\"')
      expect(parse(`A='${a}'\nB="${escaped}"\nC=last`)).toEqual({ A: a, B: b, C: 'last' })
    })
  )
})
