/** Commands to copy, and the dots of the status bar. */
import { describe, expect, test } from 'vitest'
import { statusDots } from '../../src/renderer/frame/status-dots.ts'
import { quote, twin } from '../../src/renderer/lib/cli-twin.ts'
import { inputOf, nameProblem } from '../../src/renderer/lib/run-options.ts'
import type { Check } from '../../src/shared/system.ts'

describe('command-line twins', () => {
  test.each([
    ['plain', 'plain'],
    ['/home/ada/my app', "'/home/ada/my app'"],
    ["it's", "'it'\\''s'"],
    ['$(rm -rf ~)', "'$(rm -rf ~)'"],
    ['', "''"]
  ])('%s is written as %s', (word, quoted) => expect(quote(word)).toBe(quoted))

  test('a project is published from its folder', () => {
    expect(twin.publish('/a b', 'ALL_USERS')).toBe("cd '/a b' && q8s-cli bundle import -v ALL_USERS")
  })

  test('the value of a secret is asked for, and is no part of the command', () => {
    expect(twin.setSecret('db', 'password')).toBe('q8s-cli secret set db password=-')
  })
})

test('what runs is stopped before it is removed', () => {
  expect(twin.terminate(['a'], ['a', 'b'])).toBe('q8s-cli instance stop a && q8s-cli instance remove a b')
  expect(twin.terminate([], ['b'])).toBe('q8s-cli instance remove b')
})

describe('status dots', () => {
  const check = (id: Check['id'], state: Check['state']): Check => ({
    ...{ id, state, title: id, message: id, checked: id },
    details: []
  })

  test('one engine that works is enough', () => {
    const [engine] = statusDots([check('docker', 'notice'), check('process', 'ok')], 'auto')
    expect(engine).toMatchObject({ title: 'Process', tone: 'good' })
  })

  test('the engine of the settings must be the one that works', () => {
    const [engine] = statusDots([check('docker', 'notice'), check('process', 'ok')], 'docker')
    expect(engine).toMatchObject({ title: 'No engine', tone: 'bad' })
  })

  test('an engine without its image is none', () => {
    const checks = [check('docker', 'ok'), check('image', 'failed'), check('process', 'failed')]
    expect(statusDots(checks, 'docker')[0]).toMatchObject({ title: 'No engine', check: 'image' })
    const other = [check('docker', 'ok'), check('image', 'notice'), check('process', 'ok')]
    expect(statusDots(other, 'auto')[0]).toMatchObject({ title: 'Process', check: 'process' })
  })

  test('disk, clock and network are told of only where something is the matter', () => {
    const quiet = statusDots([check('disk', 'ok'), check('clock', 'ok'), check('network', 'ok')], 'auto')
    expect(quiet.map(({ check: id }) => id)).toEqual(['process', 'platform', 'keychain'])
    const loud = statusDots([check('disk', 'failed'), check('clock', 'notice')], 'auto')
    expect(loud.slice(3)).toMatchObject([
      { check: 'disk', tone: 'bad', title: 'Disk' },
      { check: 'clock', tone: 'busy', title: 'Clock' }
    ])
  })

  test('nothing is claimed before it was checked', () => {
    expect(statusDots(undefined, undefined).map(({ tone }) => tone)).toEqual(['off', 'off', 'off'])
  })
})

test('run options leave out what is empty or no port', () => {
  expect(inputOf({ port: '', env: [{ name: ' ', value: 'x' }] })).toEqual({ env: {} })
  expect(inputOf({ engine: 'docker', port: '8080', env: [{ name: ' A ', value: '1' }] })).toEqual({
    engine: 'docker',
    port: 8080,
    env: { A: '1' }
  })
  expect(inputOf({ port: '99999', env: [] })).toEqual({ env: {} })
  expect(inputOf({ port: '', env: [{ name: 'Q8S_X', value: '1' }] })).toEqual({ env: {} })
  expect(inputOf({ port: '', env: [{ name: 'A', value: { secret: 's', key: 'k' } }] })).toEqual({
    env: { A: { secret: 's', key: 'k' } }
  })
})

test('a variable that is left out says why', () => {
  expect([nameProblem(''), nameProblem('FINE')]).toEqual([undefined, undefined])
  expect(nameProblem('q8s_x')).toMatch(/reserved/)
  expect(nameProblem('1 x')).toMatch(/letters/)
})
