/** A typed path means the same as in a shell. */
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

test('characters with a meaning in a replacement are kept', () =>
  expect(withHome('~/app', '/home/$&')).toBe('/home/$&/app'))
