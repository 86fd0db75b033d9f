/** `doctor`: text for people, one JSON document for programs, and an exit code in both formats. */
import { expect, test } from 'vitest'
import type { Check } from '#shared/system.ts'
import { cli } from './support.ts'

const check = (change: Partial<Check> = {}): Check => ({
  ...{ id: 'disk', title: 'Disk space', state: 'ok', checked: 'Free space', message: '70 GiB free.' },
  details: [],
  ...change
})

const failed = check({ state: 'failed', message: 'The disk is full.', hint: 'Free some \u001b[2Jspace.' })

test('a check that passes takes one line, and the exit code is 0', async () => {
  const client = { system: { checks: async () => [check(), check({ state: 'notice' })] } }
  const { code, stdout } = await cli('doctor', { client })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ok {6}Disk space: 70 GiB free\.$/m)
})

test('a check that fails shows what to do, and the exit code is 7 in both formats', async () => {
  const client = { system: { checks: async () => [check(), failed] } }
  const text = await cli('doctor', { client })
  expect(text.code).toBe(7)
  expect(text.stdout).toMatch(
    /^failed {2}Disk space: The disk is full\.\n {8}Free some space\.\n {8}Checked: Free space$/m
  )
  const json = await cli('doctor -o json', { client })
  expect(json.code).toBe(7)
  expect(JSON.parse(json.stdout)).toMatchObject({ ok: false, checks: [{ state: 'ok' }, { state: 'failed' }] })
})
