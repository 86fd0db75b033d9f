/** A path that is typed means what it means in a shell. */
import { expect, test } from 'vitest'
import { withHome } from '../../src/renderer/host/typed-path.ts'

test.each([
  ['~/apps/hello', '/home/ada/apps/hello'],
  ['~\\apps', '/home/ada\\apps'],
  [' ~ ', '/home/ada'],
  ['/srv/~/app', '/srv/~/app'],
  ['~grace/app', '~grace/app'],
  ['', '']
])('"%s" is "%s"', (typed, path) => expect(withHome(typed, '/home/ada')).toBe(path))

test('signs a replacement would read are a home like any other', () =>
  expect(withHome('~/app', '/home/$&')).toBe('/home/$&/app'))
