/** The quick check of a text misses nothing that the rules for secrets could find, in any version of the rules. */
import { lintSource } from '@secretlint/core'
import { creator } from '@secretlint/secretlint-rule-preset-recommend'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { mayHoldSecret } from '#core/workers/scan-text.js'

/** Every regular expression of the rules. */
async function patternsOfRules(): Promise<RegExp[]> {
  const content = 'the text they are asked about\n'
  const patterns: RegExp[] = []
  const { matchAll } = String.prototype
  String.prototype.matchAll = function (pattern) {
    if (String(this) === content) patterns.push(pattern as RegExp)
    return matchAll.call(this, pattern as RegExp)
  }
  try {
    const id = '@secretlint/secretlint-rule-preset-recommend'
    const source = { content, filePath: '/a.txt', ext: '', contentType: 'text' as const }
    await lintSource({ source, options: { config: { rules: [{ id, rule: creator, options: {} }] } } })
  } finally {
    String.prototype.matchAll = matchAll
  }
  // Comments that switch the rules off are not findings.
  return patterns.filter(({ source }) => !source.includes('secretlint-'))
}

/** Removes the conditions on surrounding text. They only narrow the matches; without them a match can be generated. */
function withoutSurroundings({ source, flags }: RegExp): RegExp {
  const bare = source.replace(/\(\?<?!(?:\\.|\[(?:\\.|[^\]])*\]|[^()])*\)|\\b/g, '')
  return new RegExp(bare, flags.replace(/[giu]/g, ''))
}

const patterns = await patternsOfRules()

test('the expressions of the rules are found', () => {
  expect(patterns.length).toBeGreaterThan(15)
})

test.each(patterns.map(pattern => [pattern.source.slice(0, 60), pattern] as const))(
  'a text that matches %s is scanned',
  (_, pattern) => {
    fc.assert(
      fc.property(fc.stringMatching(withoutSurroundings(pattern)), fc.boolean(), (match, raised) => {
        const text = raised && pattern.flags.includes('i') ? match.toUpperCase() : match
        expect(mayHoldSecret(Buffer.from(`täxt ${text}\n`))).toBe(true)
      }),
      { numRuns: 50 }
    )
  }
)

test('plain text is skipped', () => {
  expect(mayHoldSecret(Buffer.from('import os\nprint("https://example.com/a:b@c")\n'))).toBe(false)
})
