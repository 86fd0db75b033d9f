/** Where an app failed, from its traceback: always a file of the project, whatever the app prints. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { failingLine } from '../../src/renderer/labels/traceback.ts'
import type { LogLine } from '../../src/shared/log.ts'
import { idOf } from './made-up.ts'

const files = new Set(['web.py', 'pkg/deep.py', 'vendor/site-packages/lib.py', 'secret.py'])
const docker = { id: idOf(1), engine: 'docker' } as const
const process = { id: idOf(1), engine: 'process' } as const

const linesOf = (text: string, stream: LogLine['stream'] = 'stderr'): LogLine[] =>
  text.split('\n').map(line => ({ time: '2026-01-01T10:00:00.000Z', stream, text: line }))
const find = (lines: readonly LogLine[] | string, instance: Parameters<typeof failingLine>[1] = docker) =>
  failingLine(typeof lines === 'string' ? linesOf(lines) : lines, instance, file => files.has(file))

const TRACEBACK = `serving
Traceback (most recent call last):
  File "<frozen runpy>", line 198, in _run_module_as_main
  File "/app/web.py", line 4, in <module>
    start()
  File "/app/pkg/deep.py", line 12, in start
    json.loads("{")
  File "/usr/lib/python3.11/json/__init__.py", line 346, in loads
    return _default_decoder.decode(s)
           ^^^^^^^^^^^^^^^^^^^^^^^^^^
  File "/resources/lib/python3.11/site-packages/x/web.py", line 9, in decode
json.decoder.JSONDecodeError: Expecting property name: line 1`

describe('the line an app failed at', () => {
  test('is in the innermost frame of its own code, with the error', () => {
    expect(find(TRACEBACK)).toEqual({
      file: 'pkg/deep.py',
      line: 12,
      error: 'json.decoder.JSONDecodeError: Expecting property name: line 1',
      after: 0
    })
    expect(find(`${TRACEBACK}\nERROR: Application startup failed.`)).toMatchObject({ line: 12, after: 1 })
  })

  test('is found below the folder of an instance that runs as a process, on every system', () => {
    const unix = `  File "/home/ada/.local/state/q8s/runs/${idOf(1)}/app/web.py", line 3`
    const windows = `  File "C:\\Users\\ada\\q8s\\runs\\${idOf(1)}\\app\\pkg\\deep.py", line 8, in run`
    expect(find(`${unix}\n    def (\n        ^\nSyntaxError: invalid syntax`, process)).toMatchObject({
      ...{ file: 'web.py', line: 3, error: 'SyntaxError: invalid syntax' }
    })
    expect(find(windows, process)).toEqual({ file: 'pkg/deep.py', line: 8, error: '', after: 0 })
    expect(find(unix.replace(idOf(1), idOf(2)), process)).toBeUndefined()
    expect(find('  File "/app/web.py", line 3, in run', process)).toBeUndefined()
  })

  test('is that of the last traceback: of a cause, of a group, of a coloured or marked one', () => {
    const chained = `${TRACEBACK}\n\nThe above exception was the direct cause of the following exception:\n
Traceback (most recent call last):
  File "/app/web.py", line 7, in <module>
RuntimeError: no settings`
    const group = `  + Exception Group Traceback (most recent call last):
  |   File "/app/web.py", line 4, in <module>
  |     raise ExceptionGroup("many", errors)
  | ExceptionGroup: many (1 sub-exception)
  +-+---------------- 1 ----------------
    | Traceback (most recent call last):
    |   File "/app/pkg/deep.py", line 2, in <module>
    |     raise ValueError(1)
    | ValueError: 1
    +------------------------------------`
    const coloured = '  File \x1b[35m"/app/web.py"\x1b[0m, line \x1b[35m5\x1b[0m, in \x1b[35mrun\x1b[0m'
    expect(find(chained)).toMatchObject({ line: 7, error: 'RuntimeError: no settings' })
    expect(find(group)).toMatchObject({ file: 'pkg/deep.py', line: 2, error: 'ValueError: 1' })
    expect(find(coloured)).toMatchObject({ file: 'web.py', line: 5 })
    expect(find('> File "/app/web.py", line 6, in run')).toMatchObject({ line: 6 })
  })

  test('is of the newest run, and lines of other streams between are not its error', () => {
    const divider = linesOf('Run of ai.h2o.q.peak 0.1.2 started', 'system')
    expect(find([...linesOf(TRACEBACK), ...divider, ...linesOf('out of memory')])).toBeUndefined()
    const [frame, ...rest] = linesOf('  File "/app/web.py", line 6, in run\n    run()\nKeyError: 1')
    expect(find([frame as LogLine, ...linesOf('on my way', 'stdout'), ...rest])).toMatchObject({
      error: 'KeyError: 1'
    })
  })

  test.each([
    '/app/../secret.py',
    '/app//secret.py',
    '/app/./secret.py',
    '/app/missing.py',
    '/app/vendor/site-packages/lib.py',
    '/app/',
    '/elsewhere/app/secret.py',
    'secret.py',
    '../secret.py',
    'file:///app/secret.py',
    '<string>'
  ])('is never in %s, which is not a path of the project’s own files', path => {
    expect(find(`  File "${path}", line 1, in <module>\nValueError: 1`)).toBeUndefined()
  })

  test('is always a file of the project, and no text makes it throw', () => {
    const piece = fc.oneof(
      fc.string(),
      fc.constantFrom(
        ...TRACEBACK.split('\n'),
        '  | ',
        '  File "',
        '/app/',
        'web.py',
        '", line 3',
        '\x1b[31m',
        '\\'
      )
    )
    const text = fc.array(piece, { maxLength: 8 }).map(pieces => pieces.join(''))
    const line = fc.record({
      time: fc.constant('2026-01-01T10:00:00.000Z'),
      stream: fc.constantFrom('stdout' as const, 'stderr' as const, 'system' as const),
      text
    })
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), fc.constantFrom(docker, process), (lines, instance) => {
        const found = find(lines, instance)
        if (found) {
          expect(files.has(found.file)).toBe(true)
          expect(found.line).toBeGreaterThan(0)
          expect(found.error).not.toContain('\x1b')
        }
      })
    )
  })

  test('is read in one pass, even if the text was made to be slow', () => {
    const long = 300_000
    const texts = [' ', '| ', '>', '  File "', '/app/', '\x1b[', '"', '1'].map(piece =>
      `  File "/app/${piece}`.concat(piece.repeat(long / piece.length))
    )
    const prefixes = [' ', '| ', ' |', '> '].map(piece => piece.repeat(long / piece.length))
    expect(find([...texts, ...prefixes].join('\n'))).toBeUndefined()
    expect(find('  File "/app/no.py", line 1\n'.repeat(20_000))).toBeUndefined()
  })
})
