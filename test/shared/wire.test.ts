/** Lines of a log on the wire: the same on both sides, whatever an app printed, and one text where possible. */
import { StandardRPCJsonSerializer } from '@orpc/client/standard'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { LOG_STREAMS } from '../../src/shared/log.ts'
import { wireFormat } from '../../src/shared/wire.ts'

const serializer = new StandardRPCJsonSerializer(wireFormat)

function across(value: unknown): { wire: string; back: unknown } {
  const [json, meta] = serializer.serialize(value)
  const wire = JSON.stringify([json, meta])
  const [sent, told] = JSON.parse(wire)
  return { wire, back: serializer.deserialize(sent, told) }
}

const text = fc.string({ unit: 'binary' })
const line = fc.record(
  {
    time: fc.oneof(fc.constant('2026-01-01T10:00:00.000000Z'), text),
    stream: fc.constantFrom(...LOG_STREAMS),
    text,
    partial: fc.constant(true)
  },
  { requiredKeys: ['time', 'stream', 'text'] }
)

test('any page is the same on the other side', () => {
  fc.assert(
    fc.property(fc.array(line), lines => {
      const page = { lines, next: 'a', dropped: 3 }
      expect(across(page).back).toEqual(page)
    })
  )
})

test('lines are sent as one text', () => {
  const lines = ['a', '', '\u001b[31mred\u001b[0m', 'ünï 😀', '\r'].map(text => ({
    ...{ time: '2026-01-01T10:00:00Z', stream: 'stdout', text }
  }))
  const { wire, back } = across({ lines })
  expect(back).toEqual({ lines })
  expect(wire).not.toContain('"text"')
})

test('other lists are unchanged', () => {
  const value = { lines: ['2026 stdout F a'], items: [{ time: 'now', text: 'x' }], none: [] }
  expect(across(value).back).toEqual(value)
})
