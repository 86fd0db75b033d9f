/** Reads Python source as far as needed to find an app. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPython } from '#core/python/source.ts'

describe('readPython', () => {
  test('recognises an app of today', () => {
    const facts = readPython(
      "from h2o_wave import main, app, Q, ui\n\n\n@app('/demo')\nasync def serve(q: Q):\n    pass\n"
    )
    expect(facts.exportsMain).toEqual({ line: 1, code: 'from h2o_wave import main, app, Q, ui' })
    expect(facts.routes).toEqual([{ line: 4, code: "@app('/demo')", route: '/demo' }])
  })

  test("recognises an app of the guide's time", () => {
    const facts = readPython(
      "from h2o_q import Q, listen\r\n\r\nif __name__ == '__main__':\r\n    listen('/', main_page)\r\n"
    )
    expect(facts.listens).toEqual({ line: 4, code: "listen('/', main_page)" })
    expect(facts.mainBlock?.line).toBe(3)
    expect(facts.routes.map(({ route }) => route)).toEqual(['/'])
    expect(facts.exportsMain).toBeUndefined()
  })

  test.each([
    ['over lines in brackets', 'from h2o_wave import (\n  Q,\n  main,  # noqa\n)\n'],
    ['over continued lines', 'from h2o_wave import Q, \\\n  main\n'],
    ['all names', 'from h2o_wave import *\n'],
    ['indented', 'try:\n    from h2o_wave import main\nexcept ImportError: pass\n']
  ])('recognises the import %s', (_, source) => {
    expect(readPython(source).exportsMain).toBeDefined()
  })

  test.each([
    ['a comment', '# from h2o_wave import main\n'],
    ['a docstring', '"""\nfrom h2o_wave import main, app\n\n@app(\'/\')\n"""\n'],
    ['a text', 'print("from h2o_wave import main")\n'],
    ['a text that is not closed', 'x = "\\\nfrom h2o_wave import main\n'],
    ['another package', 'from h2o_wave_lookalike import main\nfrom other import main\n'],
    ['a longer name', 'from h2o_wave import maintain\n']
  ])('is not confused by %s', (_, source) => {
    expect(readPython(source)).toMatchObject({ exportsMain: undefined, routes: [] })
  })

  test('a route in a comment does not count', () => {
    const source =
      "from h2o_wave import main, app\n#@app('/old')\n@app('/new', mode='unicast')\ndef f(q): pass\n"
    expect(readPython(source).routes.map(({ route }) => route)).toEqual(['/new'])
  })

  test('recognises other web servers', () => {
    expect(readPython('import uvicorn\nuvicorn.run(app, port=1)\n').serves?.line).toBe(2)
    expect(readPython('print("start it with uvicorn.run(app)")\n').serves).toBeUndefined()
  })

  test('reads any text, quickly', () => {
    const text = fc.string({ unit: fc.constantFrom('"', "'", '\\', '\n', '#', 'a', '(') })
    fc.assert(fc.property(text, source => void readPython(source)))
    for (const part of [
      '"""',
      '"',
      "'''\\",
      '\\',
      'from h2o_wave import (',
      'from h2o_wave import (\n',
      '@app(\n',
      '@app(',
      '# \n',
      '"""\\',
      "from h2o_wave import main\n@app('/x')\n"
    ]) {
      const start = performance.now()
      readPython(part.repeat(400_000 / part.length))
      expect(performance.now() - start, part).toBeLessThan(3000)
    }
  })
})
