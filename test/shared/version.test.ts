/** Versions: incremented, and stamped for a deploy. */
import fc from 'fast-check'
import { gt, valid } from 'semver'
import { describe, expect, test } from 'vitest'
import { isDeployVersion } from '#shared/app.ts'
import { AppError } from '#shared/errors.ts'
import { bumpVersion, deployVersion, isSemver } from '#shared/version.ts'

const NOON = new Date('2020-10-13T06:28:03.050Z')

const identifier = fc.constantFrom('rc', 'alpha', '1', '20', 'x-1', '0')
const version = fc
  .tuple(
    fc.nat(30),
    fc.nat(30),
    fc.nat(30),
    fc.array(identifier, { maxLength: 2 }),
    fc.array(identifier, { maxLength: 2 })
  )
  .map(([major, minor, patch, before, build]) =>
    [
      `${major}.${minor}.${patch}`,
      before.length ? `-${before.join('.')}` : '',
      build.length ? `+${build.join('.')}` : ''
    ].join('')
  )

test.each([
  ['0.1.2', 'patch', '0.1.3'],
  ['0.1.2', 'minor', '0.2.0'],
  ['0.1.2', 'major', '1.0.0'],
  ['1.0.0-rc.1', 'patch', '1.0.0'],
  ['1.0.0+build', 'patch', '1.0.1'],
  ['0.1.2-20201013062803', 'patch', '0.1.2']
] as const)('bumpVersion(%s, %s) is %s', (from, part, to) => {
  expect(bumpVersion(from, part)).toBe(to)
})

test.each([
  ['0.1.2', '0.1.2-20201013062803'],
  ['0.1.2-20190101000000', '0.1.2-20201013062803'],
  ['1.0.0-rc.1', '1.0.0-rc.1-20201013062803'],
  ['1.0.0+build.5', '1.0.0-20201013062803']
])('deployVersion(%s) is %s', (from, to) => {
  expect(deployVersion(from, NOON)).toBe(to)
})

describe('for every version', () => {
  test('an incremented one is higher', () => {
    fc.assert(
      fc.property(version, fc.constantFrom('patch', 'minor', 'major'), (from, part) =>
        gt(bumpVersion(from, part), from)
      )
    )
  })

  test('a deployed one is semver, and recognised as deployed', () => {
    fc.assert(
      fc.property(
        version,
        fc.date({ min: new Date(0), max: new Date('9999-01-01'), noInvalidDate: true }),
        (from, date) => {
          const deployed = deployVersion(from, date)
          expect(valid(deployed)).toBe(deployed)
          expect(isDeployVersion(deployed)).toBe(true)
          expect(deployVersion(deployed, date)).toBe(deployed)
        }
      )
    )
  })
})

test.each([
  '',
  '1.2',
  'v1.2.3',
  '=1.2.3',
  ' 1.2.3',
  '1.2.3 ',
  '1.2.3.4',
  '01.2.3',
  '1.2.3-01',
  'x',
  '{{VERSION}}'
])('%j is not semver, and refused', text => {
  expect(isSemver(text)).toBe(false)
  expect(() => bumpVersion(text, 'patch')).toThrow(AppError)
  expect(() => deployVersion(text, NOON)).toThrow(AppError)
})
