/** The rules about the files that a manifest names. */
import { deflateSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkProject } from '#core/manifest/check.ts'
import { readRequirements } from '#core/python/requirements.ts'
import { AppError } from '#shared/errors.ts'
import { applyEdits, type Finding } from '#shared/finding.ts'

type Files = Readonly<Record<string, string | Uint8Array>>

const WAVE = "from h2o_wave import main, app\n\n@app('/')\nasync def serve(q): pass\n"
const GOOD: Files = {
  'q-app.toml': '[App]\nName = "my-app"\nVersion = "1.0.0"\n\n[Runtime]\nModule = "q_app.run"\n',
  'q_app/run.py': WAVE,
  'requirements.txt': 'h2o-wave\n',
  'static/icon.png': png(512, 512)
}

/** The header of a PNG with the given size; nothing reads further. */
function png(width: number, height: number): Uint8Array {
  const header = Buffer.alloc(8)
  header.writeUInt32BE(width, 0)
  header.writeUInt32BE(height, 4)
  return Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n\0\0\0\rIHDR', 'latin1'), header, deflateSync('')])
}

function jpeg(width: number, height: number): Uint8Array {
  const frame = Buffer.from([
    0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 0, 0, 0, 1, 1, 0x11, 0
  ])
  frame.writeUInt16BE(height, 13)
  frame.writeUInt16BE(width, 15)
  return frame
}

/** GOOD with files changed, added, or (undefined) removed. */
function files(changes: Readonly<Record<string, string | Uint8Array | undefined>>): Files {
  return Object.fromEntries(
    Object.entries({ ...GOOD, ...changes }).filter(
      (entry): entry is [string, string | Uint8Array] => entry[1] !== undefined
    )
  )
}

function withModule(module: string, changes: Parameters<typeof files>[0] = {}): Files {
  return files({ 'q-app.toml': String(GOOD['q-app.toml']).replace('q_app.run', module), ...changes })
}

async function check(tree: Files, file = 'q-app.toml') {
  return checkProject({
    file,
    text: tree[file] ?? '',
    paths: new Set(Object.keys(tree)),
    read: async path => Buffer.from(tree[path] ?? expect.fail(`${path} is not there`)),
    size: path => tree[path]?.length
  })
}

async function find(tree: Files, rule: string, file?: string): Promise<Finding | undefined> {
  return (await check(tree, file)).findings.find(finding => finding.rule === rule)
}

test('a good project has no findings', async () => {
  const { findings, manifest } = await check(GOOD)
  expect(findings).toEqual([])
  expect(manifest?.Runtime.Module).toBe('q_app.run')
})

/** The tree; the rule, its severity, the file it names, the underlined text, and the fixed text. */
type Row = readonly [
  rule: string,
  severity: Finding['severity'],
  tree: Files,
  file: string | undefined,
  underlined: string | undefined,
  fixed: string | undefined
]

const REQ = 'requirements.txt'
const WHEEL = 'wheels/lib-1.0-py3-none-any.whl'

const POINTER = `version https://git-lfs.github.com/spec/v1\noid sha256:${'4d'.repeat(32)}\nsize 257000000\n`

describe.each<Row>([
  ['module-missing', 'error', withModule('q_app.rum'), 'q-app.toml', '"q_app.rum"', 'Module = "q_app.run"'],
  ['module-missing', 'error', withModule('Q_App.run'), 'q-app.toml', '"Q_App.run"', 'Module = "q_app.run"'],
  ['module-missing', 'error', withModule('run'), 'q-app.toml', '"run"', 'Module = "q_app.run"'],
  ['module-missing', 'error', withModule('elsewhere'), 'q-app.toml', '"elsewhere"', 'Module = "q_app.run"'],
  ['module-missing', 'error', withModule('x', { 'q_app/run.py': undefined }), 'q-app.toml', '"x"', undefined],
  [
    'module-missing',
    'warning',
    withModule('x', { 'q_app/run.py': undefined, [WHEEL]: '', [REQ]: `./${WHEEL}\n` }),
    'q-app.toml',
    '"x"',
    undefined
  ],
  [
    'module-no-main',
    'error',
    withModule('q_app', { 'q_app/__init__.py': '' }),
    'q-app.toml',
    '"q_app"',
    'Module = "q_app.run"'
  ],
  ['module-no-main', 'error', withModule('q_app'), 'q-app.toml', '"q_app"', 'Module = "q_app.run"'],
  [
    'module-required',
    'error',
    files({ 'q-app.toml': '[App]\nName = "a"\nVersion = "1.0.0"\n' }),
    'q-app.toml',
    undefined,
    'Module = "q_app.run"'
  ],
  [
    'route-advised',
    'info',
    files({ 'q_app/run.py': WAVE.replace("'/'", "'/demo'") }),
    'q_app/run.py',
    undefined,
    undefined
  ],
  [
    'requirements-missing',
    'warning',
    files({ [REQ]: undefined, 'q_app/run.py': 'app = 1\n' }),
    undefined,
    undefined,
    undefined
  ],
  [
    'requirements-wheel-missing',
    'error',
    files({ [REQ]: 'a\n./wheels/lib-1.0-py3-none-any.whl # own\n' }),
    REQ,
    './wheels/lib-1.0-py3-none-any.whl',
    undefined
  ],
  [
    'requirements-wheel-missing',
    'error',
    files({ [REQ]: 'lib-1.0-py3-none-any.whl', [WHEEL]: '' }),
    REQ,
    'lib-1.0-py3-none-any.whl',
    WHEEL
  ],
  [
    'requirements-wheel-missing',
    'error',
    files({ [REQ]: `x\n${WHEEL.replace('1.0', '1.1')}`, [WHEEL]: '' }),
    REQ,
    WHEEL.replace('1.0', '1.1'),
    WHEEL
  ],
  [
    'requirements-wheel-missing',
    'error',
    files({ [REQ]: 'lib @ file:./lib-1.0-py3-none-any.whl' }),
    REQ,
    './lib-1.0-py3-none-any.whl',
    undefined
  ],
  [
    'requirements-wheel-missing',
    'error',
    files({ [REQ]: './my wheels/lib-1.0-py3-none-any.whl --hash=sha256:0' }),
    REQ,
    './my wheels/lib-1.0-py3-none-any.whl',
    undefined
  ],
  [
    'requirements-wheel-missing',
    'warning',
    files({ [REQ]: './lib-1.0-py3-none-any.whl;python_version<"3.9"' }),
    REQ,
    './lib-1.0-py3-none-any.whl',
    undefined
  ],
  ['requirements-outside', 'error', files({ [REQ]: `../${WHEEL}`, [WHEEL]: '' }), REQ, `../${WHEEL}`, WHEEL],
  [
    'requirements-outside',
    'error',
    files({ [REQ]: '/home/me/lib-1.0-py3-none-any.whl' }),
    REQ,
    '/home/me/lib-1.0-py3-none-any.whl',
    undefined
  ],
  [
    'requirements-outside',
    'error',
    files({ [REQ]: 'C:\\lib-1.0-py3-none-any.whl' }),
    REQ,
    'C:\\lib-1.0-py3-none-any.whl',
    undefined
  ],
  [
    'requirements-outside',
    'error',
    files({ [REQ]: 'lib @ file:///tmp/lib-1.0-py3-none-any.whl' }),
    REQ,
    '/tmp/lib-1.0-py3-none-any.whl',
    undefined
  ],
  ['requirements-outside', 'error', files({ [REQ]: '-e ../lib' }), REQ, '../lib', undefined],
  [
    'requirements-backslash',
    'error',
    files({ [REQ]: WHEEL.replace('/', '\\'), [WHEEL]: '' }),
    REQ,
    WHEEL.replace('/', '\\'),
    WHEEL
  ],
  ['requirements-include-missing', 'error', files({ [REQ]: '-r base.txt\n' }), REQ, 'base.txt', undefined],
  [
    'requirements-include-missing',
    'error',
    files({ [REQ]: '--constraint=pins.txt\n' }),
    REQ,
    'pins.txt',
    undefined
  ],
  [
    'requirements-wheel-missing',
    'error',
    files({ [REQ]: '-r req/base.txt', 'req/base.txt': '-c pins.txt\nx.whl', 'req/pins.txt': '' }),
    'req/base.txt',
    'x.whl',
    undefined
  ],
  ['requirements-links-missing', 'warning', files({ [REQ]: '-f ./house\n' }), REQ, './house', undefined],
  ['requirements-folder', 'error', files({ [REQ]: '-e .\n' }), REQ, '.', undefined],
  [
    'requirements-file-url',
    'warning',
    files({ [REQ]: `lib @ file:./${WHEEL}`, [WHEEL]: '' }),
    REQ,
    `./${WHEEL}`,
    undefined
  ],
  [
    'requirements-wheel-name',
    'warning',
    files({ [REQ]: './h2o_wave-nightly-py3-none-any.whl', 'h2o_wave-nightly-py3-none-any.whl': '' }),
    REQ,
    './h2o_wave-nightly-py3-none-any.whl',
    undefined
  ],
  [
    'requirements-wheel-platform',
    'warning',
    files({ [REQ]: 'lib-1.0-cp311-cp311-win_amd64.whl', 'lib-1.0-cp311-cp311-win_amd64.whl': '' }),
    REQ,
    'lib-1.0-cp311-cp311-win_amd64.whl',
    undefined
  ],
  [
    'requirements-encoding',
    'warning',
    files({ [REQ]: Buffer.from('\ufeffh2o-wave\n', 'utf16le') }),
    REQ,
    'h',
    undefined
  ],
  [
    'icon-missing',
    'info',
    files({ 'static/icon.png': undefined, 'icon.png': png(1, 1) }),
    undefined,
    undefined,
    undefined
  ],
  [
    'icon-format',
    'warning',
    files({ 'static/icon.png': undefined, 'static/icon.svg': '<svg/>' }),
    'static/icon.svg',
    undefined,
    undefined
  ],
  [
    'icon-not-image',
    'error',
    files({ 'static/icon.png': 'not an image' }),
    'static/icon.png',
    undefined,
    undefined
  ],
  ['icon-not-image', 'error', files({ 'static/icon.png': '' }), 'static/icon.png', undefined, undefined],
  [
    'icon-extension',
    'warning',
    files({ 'static/icon.png': jpeg(500, 500) }),
    'static/icon.png',
    undefined,
    undefined
  ],
  ['icon-advice', 'info', files({ 'static/icon.png': png(64, 64) }), 'static/icon.png', undefined, undefined],
  [
    'icon-advice',
    'info',
    files({ 'static/icon.png': undefined, 'static/icon.jpg': jpeg(500, 400) }),
    'static/icon.jpg',
    undefined,
    undefined
  ],
  [
    'icon-several',
    'info',
    files({ 'static/icon2.png': png(500, 500) }),
    'static/icon.png',
    undefined,
    undefined
  ],
  [
    'screenshot-not-image',
    'warning',
    files({ 'static/screenshot-1.png': '<html>' }),
    'static/screenshot-1.png',
    undefined,
    undefined
  ],
  [
    'screenshot-extension',
    'warning',
    files({ 'static/screenshot.jpg': png(9, 9) }),
    'static/screenshot.jpg',
    undefined,
    undefined
  ],
  ['lfs-pointer', 'error', files({ 'model/a.h5': POINTER }), 'model/a.h5', undefined, undefined],
  ['lfs-pointer', 'error', files({ 'static/icon.png': POINTER }), 'static/icon.png', undefined, undefined],
  [
    'lfs-pointer',
    'error',
    files({ 'static/screenshot.png': POINTER }),
    'static/screenshot.png',
    undefined,
    undefined
  ],
  ['requirements-line', 'error', files({ [REQ]: 'h2o-wave\nfoo bar\n' }), REQ, 'foo bar', undefined],
  ['requirements-line', 'error', files({ [REQ]: 'six=1.16.0\n' }), REQ, 'six=1.16.0', 'six==1.16.0'],
  [
    'requirements-standard-library',
    'warning',
    files({ [REQ]: 'six\npickle\nh2o-wave\n' }),
    REQ,
    'pickle',
    'six\nh2o-wave'
  ],
  [
    'requirements-standard-library',
    'warning',
    files({ [REQ]: 'six\u2028pickle==1' }),
    REQ,
    'pickle==1',
    'six\u2028'
  ],
  ['module-hides-python', 'warning', files({ 'typing.py': '' }), 'typing.py', undefined, undefined],
  [
    'module-hides-python',
    'warning',
    files({ 'queue/__init__.py': '' }),
    'queue/__init__.py',
    undefined,
    undefined
  ],
  [
    'module-hides-package',
    'warning',
    files({ 'yaml.py': '', [REQ]: 'PyYAML' }),
    'yaml.py',
    undefined,
    undefined
  ],
  [
    'module-missing',
    'warning',
    withModule('x', { [REQ]: 'some-package' }),
    'q-app.toml',
    '"x"',
    'Module = "q_app.run"'
  ],
  [
    'module-missing',
    'warning',
    withModule('x', { [REQ]: '--extra-index-url https://a.example\nh2o-wave' }),
    'q-app.toml',
    '"x"',
    'Module = "q_app.run"'
  ],
  [
    'link-app',
    'error',
    files({
      'q-app.toml':
        '[App]\nName = "a"\nVersion = "1.0.0"\nInstanceLifecycle = "LINK"\n[Link]\nAddress = "https://a.example"\n'
    }),
    'q-app.toml',
    '"LINK"',
    undefined
  ],
  ['manifest-two', 'warning', files({ 'app.toml': '' }), 'app.toml', undefined, undefined],
  [
    'volume-mount-bundled',
    'warning',
    files({
      'q-app.toml': `${GOOD['q-app.toml']}VolumeMount = "/data"\nVolumeSize = "1Gi"\n`,
      'data/a.csv': ''
    }),
    'q-app.toml',
    '"/data"',
    'VolumeMount = "/data-volume"'
  ]
])('%s (%s)', (rule, severity, tree, file, underlined, fixed) => {
  test(`in ${file ?? 'the project'}${underlined ? ` at ${underlined}` : ''}`, async () => {
    const finding = await find(tree, rule)
    expect(finding).toMatchObject({ rule, severity })
    expect(finding?.file).toBe(file)
    const content = tree[file ?? ''] ?? ''
    const text =
      typeof content === 'string' ? content : Buffer.from(content).toString('utf16le').replace('\ufeff', '')
    expect(finding?.range && text.slice(finding.range.from, finding.range.to)).toBe(underlined)
    expect(finding?.fix !== undefined).toBe(fixed !== undefined)
    if (!finding?.fix || !file) return
    const mended = applyEdits(text, finding.fix.edits)
    expect(mended).toContain(fixed)
    expect(await find({ ...tree, [file]: mended }, rule)).toBeUndefined()
  })
})

test('an import that is not installed is reported at the import, with the line that fixes it', async () => {
  const tree = files({ 'q_app/run.py': `${WAVE}import cv2, mine\n` })
  expect((await check(tree)).findings).toEqual([
    {
      rule: 'requirements-import',
      severity: 'warning',
      file: 'q_app/run.py',
      line: 5,
      column: 8,
      range: { from: WAVE.length + 7, to: WAVE.length + 10 },
      message: 'cv2 is imported here, but requirements.txt does not install opencv-python.',
      fix: {
        title: 'Add opencv-python to requirements.txt',
        edits: [],
        requirements: ['opencv-python']
      }
    },
    expect.objectContaining({
      message: 'mine is imported here, but it is neither in the bundle nor installed by requirements.txt.'
    })
  ])
  expect(
    await find(files({ 'q_app/run.py': `${WAVE}import mine\n` }), 'requirements-import')
  ).not.toHaveProperty('fix')
})

test('a missing requirements.txt is written from the imports', async () => {
  const tree = files({ [REQ]: undefined, 'q_app/run.py': `${WAVE}import cv2, yaml, shap, mine\n` })
  const { fix } = (await find(tree, 'requirements-missing')) ?? {}
  expect(fix).toEqual({
    title: 'Write requirements.txt with h2o-wave, opencv-python, pyyaml and 1 more',
    edits: [],
    requirements: ['h2o-wave', 'opencv-python', 'pyyaml', 'shap']
  })
  expect(await find(tree, 'requirements-import')).toBeUndefined()
})

test.each([
  ['uv.lock', '', 'uv export --format requirements-txt --no-hashes --no-emit-project -o requirements.txt'],
  ['poetry.lock', '', 'poetry export --without-hashes -o requirements.txt'],
  ['pdm.lock', '', 'pdm export --without-hashes -o requirements.txt'],
  ['Pipfile.lock', '', 'pipenv requirements > requirements.txt'],
  [
    'pyproject.toml',
    '[project]\ndependencies = ["pandas"]',
    'uv pip compile pyproject.toml -o requirements.txt'
  ]
])(
  'where there is only %s, the finding shows the command that makes a requirements.txt from it',
  async (file, text, command) => {
    const finding = await find(files({ [REQ]: undefined, [file]: text }), 'requirements-missing')
    expect(finding?.message).toContain(`The platform does not read ${file}. Write one with: ${command}`)
    expect(finding).not.toHaveProperty('fix')
  }
)

test('a pyproject.toml without dependencies does not count as a list of them', async () => {
  const tree = files({ [REQ]: undefined, 'pyproject.toml': '[project]\ndependencies = []\n[tool.black]\n' })
  const finding = await find(tree, 'requirements-missing')
  expect(finding?.message).not.toContain('pyproject')
  expect(finding?.fix?.requirements).toEqual(['h2o-wave'])
})

test('a lock file beside a requirements.txt is not reported', async () => {
  expect((await check(files({ 'uv.lock': '' }))).findings).toEqual([])
})

test('a source too large to be code is not read', async () => {
  const tree = files({ 'q_app/run.py': `${WAVE}import big\n`, 'q_app/big.py': '' })
  const asked: string[] = []
  await checkProject({
    file: 'q-app.toml',
    text: tree['q-app.toml'] ?? '',
    paths: new Set([...Object.keys(tree), 'big.py']),
    size: path => (path === 'big.py' ? 2 ** 40 : 10),
    read: async path => {
      asked.push(path)
      return Buffer.from(tree[path] ?? '')
    }
  })
  expect(asked).not.toContain('big.py')
})

describe('accepted without a finding', () => {
  test.each<[string, Files]>([
    ['a package that starts itself', withModule('q_app', { 'q_app/__main__.py': WAVE })],
    ['a package that exports main', withModule('q_app', { 'q_app/__init__.py': WAVE })],
    ['a module at the root', withModule('run', { 'run.py': WAVE })],
    [
      'wheels from the root',
      files({
        [REQ]: `-r req/own.txt`,
        'req/own.txt': `./${WHEEL}[extra] ; python_version > "3"`,
        [WHEEL]: ''
      })
    ],
    [
      'packages of an index, and by URL',
      files({
        [REQ]:
          '--index-url https://example.org/simple\na[b]>=1 ; x == "y" \\\n  --hash=sha256:00\ngit+https://example.org/a.git\nb @ https://example.org/b-1.0-py3-none-any.whl\nhttps://example.org/c.whl\n$' +
          '{WHEELS}/x.whl\n'
      })
    ],
    [
      'includes that go round',
      files({ [REQ]: '-r a.txt', 'a.txt': '-r requirements.txt\n-f .\n-e .', 'pyproject.toml': '' })
    ],
    [
      'a wheel of another system where a marker says so',
      files({
        [REQ]: 'a-1.0-cp311-cp311-win_amd64.whl ; sys_platform == "win32"',
        'a-1.0-cp311-cp311-win_amd64.whl': ''
      })
    ],
    ['a JPEG icon', files({ 'static/icon.png': undefined, 'static/icon.jpeg': jpeg(400, 400) })]
  ])('%s', async (_, tree) => {
    expect((await check(tree)).findings).toEqual([])
  })
})

describe('the manifest itself', () => {
  const today = { ...files({ 'q-app.toml': undefined }), 'app.toml': GOOD['q-app.toml'] ?? '' }

  test("today's app.toml is read, with a notice", async () => {
    expect((await check(today, 'app.toml')).findings).toMatchObject([
      { rule: 'manifest-today', severity: 'info' }
    ])
  })

  test('must be at the root', async () => {
    const tree = { 'sub/q-app.toml': GOOD['q-app.toml'] ?? '' }
    expect(await find(tree, 'manifest-not-root', 'sub/q-app.toml')).toMatchObject({ severity: 'error' })
  })

  test('must go into the bundle', async () => {
    const text = GOOD['q-app.toml'] ?? ''
    const { findings } = await checkProject({
      file: 'q-app.toml',
      text,
      paths: new Set(),
      read: async () => new Uint8Array()
    })
    expect(findings[0]).toMatchObject({ rule: 'manifest-not-bundled', severity: 'error' })
  })
})

describe('reading', () => {
  const paths = new Set(Object.keys(GOOD))
  const text = GOOD['q-app.toml'] ?? ''

  test('a file that cannot be read is a finding', async () => {
    const read = () => Promise.reject(new AppError('FORBIDDEN', 'Permission denied.'))
    const { findings } = await checkProject({ file: 'q-app.toml', text, paths, read })
    expect(findings).toHaveLength(3)
    expect(findings).toContainEqual(
      expect.objectContaining({ rule: 'file-unreadable', file: 'static/icon.png' })
    )
  })

  test('a cancellation is not a finding', async () => {
    const read = () => Promise.reject(new AppError('CANCELLED', 'Cancelled.'))
    await expect(checkProject({ file: 'q-app.toml', text, paths, read })).rejects.toThrow('Cancelled')
  })

  test('only the files that matter are read, and each once', async () => {
    const tree = files({ 'data/huge.bin': '', 'q_app/other.py': '' })
    const asked: string[] = []
    await checkProject({
      file: 'q-app.toml',
      text,
      paths: new Set(Object.keys(tree)),
      read: async path => {
        asked.push(path)
        return Buffer.from(tree[path] ?? '')
      }
    })
    expect(asked.sort()).toEqual(['q_app/run.py', 'requirements.txt', 'static/icon.png'])
  })
})

describe('a Module that is not among the files is accepted', () => {
  const inFolder = { 'lib/pyproject.toml': '', 'lib/src/x/__main__.py': '' }
  test.each<[string, Files]>([
    ['as a part of Python', withModule('http.server')],
    ['as the package of a requirement', withModule('streamlit_like', { [REQ]: 'streamlit-like==1.0' })],
    [
      'as the package of the project itself',
      withModule('x', { [REQ]: '.', 'setup.py': '', 'src/x/__main__.py': '' })
    ],
    [
      'as the package of the project, editable',
      withModule('x.y', { [REQ]: '-e .', 'setup.py': '', 'src/x/y.py': '' })
    ],
    ['as the package of a folder', withModule('x', { [REQ]: './lib\n', ...inFolder })]
  ])('%s', async (_, tree) => {
    expect((await check(tree)).findings.filter(({ rule }) => rule.startsWith('module'))).toEqual([])
  })
})

test('requirements that pip accepts have no findings about lines', async () => {
  const lines = [
    'six',
    'six == 1.0',
    'six>=1,<2',
    'six (>=1.0)',
    'six[a,b]~=1.0 ; python_version < "3.9"',
    'a.b-c_d===1',
    'six!=1.*',
    'six==1.0 --hash=sha256:00',
    'six==1.0 \\\n  --hash=sha256:00',
    'a @ https://a.example/a.whl',
    'a[x]@file:./a.whl',
    'git+https://a.example/b@main#egg=c',
    './dir',
    'dir/sub',
    'a.whl',
    '-e .',
    '--index-url https://a.example',
    `six==\${V}`,
    'dataclasses; python_version < "3.7"',
    '# foo bar',
    'six # foo bar',
    `\${INDEX} x`
  ]
  const { findings } = await check(files({ [REQ]: lines.join('\n') }))
  expect(findings.filter(({ rule }) => /requirements-(line|standard)/.test(rule))).toEqual([])
})

test('any requirements are read, and ranges are inside the text', () => {
  const piece = fc.oneof(
    fc.constantFrom('-r ', '-e', 'a @ file:', './x.whl', '\n', ' ; ', '\\\n', '#', '[x]', '\ufeff'),
    fc.string({ maxLength: 4 })
  )
  fc.assert(
    fc.property(
      fc.array(piece).map(parts => parts.join('')),
      text => {
        for (const { range, target } of readRequirements(text))
          expect(text.slice(range.from, range.to)).toBe(target)
      }
    ),
    { numRuns: 2000 }
  )
})

test('any icon is checked', async () => {
  const start = fc.constantFrom(
    png(1, 1),
    jpeg(1, 1),
    Buffer.from('GIF8'),
    Buffer.from('RIFF0000WEBP'),
    Buffer.alloc(0)
  )
  await fc.assert(
    fc.asyncProperty(start, fc.nat(40), fc.uint8Array({ maxLength: 40 }), async (head, length, tail) => {
      const icon = Buffer.concat([head.subarray(0, length), tail])
      expect((await check(files({ 'static/icon.png': icon }))).findings.length).toBeLessThan(4)
    })
  )
})
