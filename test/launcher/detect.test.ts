/** How the launcher detects from the code what starts an app, and which constraints it adds. */
import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { cleanUp, LAUNCHER, PYTHON, temporaryFolder, write } from './support.ts'

afterEach(cleanUp)

function python(code: string, ...args: string[]): unknown {
  const whole = `import json, sys\nsys.path.insert(0, sys.argv[1])\n${code}`
  const output = execFileSync(PYTHON ?? '', ['-B', '-c', whole, dirname(LAUNCHER), ...args], {
    encoding: 'utf8'
  })
  return JSON.parse(output)
}

function detect(module: string, files: Record<string, string>) {
  const folder = temporaryFolder('detect')
  write(folder, files)
  const code = `from q8s_launcher.detect import detect
style = detect(sys.argv[2], sys.argv[3])
print(json.dumps([style.kind, style.sdk, style.found, style.hint]))`
  const [kind, sdk, found, hint] = python(code, folder, module) as [
    string,
    string | null,
    boolean,
    string | null
  ]
  return { kind, sdk, found, hint }
}

const wave = (imports: string, rest = '') => `from h2o_wave import ${imports}\n${rest}`

const cases: Record<string, { module?: string; files: Record<string, string>; is: object }> = {
  "today's style": {
    files: { 'run.py': wave('main, app, Q, ui', "@app('/')\nasync def serve(q): pass") },
    is: { kind: 'asgi', sdk: 'h2o_wave' }
  },
  'everything imported': { files: { 'run.py': wave('*') }, is: { kind: 'asgi' } },
  'main from another module of the app': {
    module: 'src.run',
    files: { 'src/run.py': 'from .pages import main\n', 'src/pages.py': wave('main, app') },
    is: { kind: 'asgi' }
  },
  'main by a star from another module': {
    module: 'src.run',
    files: {
      'src/__init__.py': '',
      'src/run.py': 'from src.pages import *\n',
      'src/pages.py': wave('main, app')
    },
    is: { kind: 'asgi' }
  },
  'main imported in a try': {
    files: { 'run.py': 'try:\n    from h2o_wave import main, app\nexcept ImportError:\n    raise\n' },
    is: { kind: 'asgi' }
  },
  'a package whose __init__ has main': {
    module: 'src',
    files: { 'src/__init__.py': wave('main, app') },
    is: { kind: 'asgi' }
  },
  "the guide's style": {
    module: 'q_app.run',
    files: { 'q_app/run.py': wave('Q, listen', "if __name__ == '__main__':\n    listen('/', None)") },
    is: { kind: 'module', sdk: 'h2o_wave', hint: null }
  },
  'a package with __main__, Wave used there only': {
    module: 'peak',
    files: { 'peak/__init__.py': '', 'peak/__main__.py': "from h2o_q import listen\nlisten('/', None)\n" },
    is: { kind: 'module', sdk: 'h2o_q' }
  },
  'Wave used in a module further down only': {
    files: {
      'run.py': 'import a.b\n',
      'a/__init__.py': '',
      'a/b.py': 'from . import c\n',
      'a/c.py': 'import h2o_wave\n'
    },
    is: { kind: 'module', sdk: 'h2o_wave' }
  },
  'main imported inside a function only': {
    files: { 'run.py': 'def start():\n    from h2o_wave import main\n' },
    is: { kind: 'module', sdk: 'h2o_wave' }
  },
  '@app without main: nothing would serve': {
    files: { 'run.py': wave('app, Q', "@app('/')\nasync def serve(q): pass") },
    is: { kind: 'module', hint: expect.stringContaining('import main') }
  },
  'no Wave at all': {
    files: { 'run.py': 'import http.server\n' },
    is: { kind: 'plain', sdk: null, found: true }
  },
  'a main of its own': { files: { 'run.py': 'def main(): pass\nmain()\n' }, is: { kind: 'plain' } },
  'a module that is not there': { files: { 'other.py': '' }, is: { kind: 'plain', found: false } },
  'code that does not parse': { files: { 'run.py': 'def (:' }, is: { kind: 'plain', found: true } },
  'modules that import each other': {
    files: { 'run.py': 'from a import main\n', 'a.py': 'from run import main\n' },
    is: { kind: 'plain' }
  }
}

describe.skipIf(!PYTHON)(`distinguishing styles${PYTHON ? '' : ' (skipped: no Python 3.8 or newer)'}`, () => {
  for (const [name, { module, files, is }] of Object.entries(cases)) {
    it(name, () => expect(detect(module ?? 'run', files)).toMatchObject(is))
  }

  it('does not run the code it reads', () => {
    expect(detect('run', { 'run.py': 'raise SystemExit(1)\nfrom h2o_wave import main\n' }).kind).toBe('asgi')
  })
})

describe.skipIf(!PYTHON)('constraints', () => {
  const chosen = (versions: Record<string, string>) =>
    python(
      `from q8s_launcher.requirements import constraints_for
text = open(sys.argv[1] + '/constraints.txt').read()
print(json.dumps(constraints_for(text, json.loads(sys.argv[2]))))`,
      JSON.stringify(versions)
    )

  it('apply only to the versions they are for', () => {
    expect(chosen({ 'h2o-wave': '0.26.4' })).toEqual(['starlette<1'])
    expect(chosen({ 'h2o-wave': '1.8.4' })).toEqual(['starlette<1'])
    expect(chosen({ 'h2o-wave': '1.8.7' })).toEqual([])
    expect(chosen({ 'h2o-wave': '0.22.0' })).toEqual([])
    expect(chosen({ 'h2o-wave': '' })).toEqual([])
    expect(chosen({ 'h2o-q': '' })).toEqual(['websockets<14'])
    expect(chosen({ fastapi: '1.0', starlette: '1.0' })).toEqual([])
  })

  it('take the requirements from requirements.txt and the files it includes', () => {
    const folder = temporaryFolder('requirements')
    write(folder, {
      'requirements.txt':
        '# all\n-r more/base.txt\nH2O_Wave == 1.5.1 ; python_version > "3"\n./w/mine-2.0-py3-none-any.whl\n',
      'more/base.txt':
        'pandas \\\n  >=1\nrequests[socks]==2.0  # why\n-c ../limits.txt\n--index-url https://u:p@example.com\n',
      'limits.txt': 'urllib3==1.0\n',
      'w/mine-2.0-py3-none-any.whl': ''
    })
    const code = `from q8s_launcher.requirements import read_requirements
found = read_requirements(sys.argv[2], {})
print(json.dumps([sorted(found.names), found.pins, len(found.files), len(found.local)]))`
    expect(python(code, folder)).toEqual([
      ['h2o-wave', 'mine', 'pandas', 'requests', 'urllib3'],
      { 'h2o-wave': '1.5.1', mine: '2.0', requests: '2.0', urllib3: '1.0' },
      3,
      1
    ])
  })
})
