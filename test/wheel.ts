/** Builds a wheel of one small package, `mine` 1.0, whose NAME is set by the test. */
import { zipOf } from './launcher/zip.ts'

export function wheel(name: string, requires: readonly string[] = []): Buffer {
  const info = `mine-1.0.dist-info`
  const metadata = [
    'Metadata-Version: 2.1',
    'Name: mine',
    'Version: 1.0',
    ...requires.map(r => `Requires-Dist: ${r}`)
  ]
  return zipOf({
    'mine/__init__.py': `NAME = ${JSON.stringify(name)}\n`,
    [`${info}/METADATA`]: `${metadata.join('\n')}\n`,
    [`${info}/WHEEL`]: 'Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n',
    [`${info}/RECORD`]: `mine/__init__.py,,\n${info}/METADATA,,\n${info}/WHEEL,,\n${info}/RECORD,,\n`
  })
}

/** Its path in the bundles of the tests. */
export const WHEEL = 'wheels/mine-1.0-py3-none-any.whl'
