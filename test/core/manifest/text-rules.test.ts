/** The rules about the manifest's text, each with its range and its quick fix. */
import { describe, expect, test } from 'vitest'
import { checkManifest } from '#core/manifest/check.ts'
import { applyEdits, type Finding } from '#shared/finding.ts'

const GUIDE = `[App]
Name = "ai.h2o.q.my-app"
Version = "0.0.1"
Title = "My awesome app"
Description = "This is my awesome app"
Category = "Other"
Keywords = ["awesome"]

[Runtime]
Module = "q_app.run"
VolumeMount = "/data"
VolumeSize = "1Gi"
MemoryLimit = "500Mi"
MemoryReservation = "400Mi"

[[Env]]
Name = "ENVIRONMENT_VARIABLE_NAME"
Secret = "SecretName"
SecretKey = "SecretKeyName"

[[Env]]
Name = "ANOTHER_ENVIRONMENT_VARIABLE_NAME"
Secret = "SecretName"
SecretKey = "AnotherSecretKeyName"
`

/** The guide's manifest with one piece replaced. */
function guide(old: string, replacement: string): string {
  expect(GUIDE).toContain(old)
  return GUIDE.replace(old, replacement)
}

function find(text: string, rule: string): Finding[] {
  return checkManifest(text, 'q-app.toml').findings.filter(finding => finding.rule === rule)
}

function underlined(text: string, { range }: Finding): string | undefined {
  return range && text.slice(range.from, range.to)
}

test("the guide's own manifest has no findings", () => {
  const { findings, manifest } = checkManifest(GUIDE, 'q-app.toml')
  expect(findings).toEqual([])
  expect(manifest).toMatchObject({
    App: { Name: 'ai.h2o.q.my-app', Keywords: ['awesome'] },
    Runtime: { Module: 'q_app.run', VolumeSize: '1Gi' },
    Env: [{ Name: 'ENVIRONMENT_VARIABLE_NAME' }, { SecretKey: 'AnotherSecretKeyName' }]
  })
})

const ROW =
  '\n[[Env]]\nName = "ENVIRONMENT_VARIABLE_NAME"\nSecret = "SecretName"\nSecretKey = "SecretKeyName"\n'

/** The replaced text of the guide's manifest and its replacement; the rule, the underlined text, and the fixed text. */
type Row = readonly [
  rule: string,
  severity: Finding['severity'],
  old: string,
  replacement: string,
  underlined: string | undefined,
  fixed: string | null
]

describe.each<Row>([
  ['name-required', 'error', 'Name = "ai.h2o.q.my-app"\n', '', 'App', 'Name = "my-awesome-app"'],
  ['version-required', 'error', 'Version = "0.0.1"\n', '', 'App', 'Version = "0.1.0"'],
  ['module-required', 'error', 'Module = "q_app.run"\n', '', 'Runtime', null],
  ['table-type', 'error', '[App]', '[[App]]', 'App', '[App]\n'],
  ['table-type', 'error', GUIDE.slice(GUIDE.indexOf('[[Env]]')), '[Env]\nName = "A"\n', 'Env', '[[Env]]\n'],
  ['module-required', 'error', GUIDE.slice(GUIDE.indexOf('[Runtime]')), '', undefined, null],
  ['value-type', 'error', '"0.0.1"', '1.0', '1.0', 'Version = "1.0"'],
  ['value-type', 'error', '["awesome"]', '"one, two"', '"one, two"', 'Keywords = ["one", "two"]'],
  ['value-type', 'error', '["awesome"]', '["a", 2]', '["a", 2]', 'Keywords = ["a", "2"]'],
  ['value-type', 'error', '"500Mi"', '500', '500', 'MemoryLimit = "500"'],
  ['value-type', 'error', '"My awesome app"', 'true', 'true', 'Title = "true"'],
  ['value-type', 'error', '"My awesome app"', '{ de = "x" }', '{ de = "x" }', null],
  ['value-type', 'warning', '[Runtime]', '[Runtime]\nEnableOIDC = "true"', '"true"', 'EnableOIDC = true'],
  ['value-type', 'warning', '[Runtime]', '[Runtime]\nGPUCount = "2"', '"2"', 'GPUCount = 2'],
  ['name-empty', 'error', '"ai.h2o.q.my-app"', '" "', '" "', null],
  ['name-unsafe', 'error', '"ai.h2o.q.my-app"', '"team/app"', '"team/app"', 'Name = "team-app"'],
  ['name-unsafe', 'error', '"ai.h2o.q.my-app"', '"..\\\\app"', '"..\\\\app"', 'Name = "app"'],
  ['name-unsafe', 'error', '"ai.h2o.q.my-app"', '"a..b"', '"a..b"', 'Name = "a.b"'],
  ['name-unsafe', 'error', '"ai.h2o.q.my-app"', '".hidden"', '".hidden"', 'Name = "hidden"'],
  ['name-unsafe', 'error', '"ai.h2o.q.my-app"', '"../../"', '"../../"', null],
  ['name-characters', 'warning', '"ai.h2o.q.my-app"', '"Mein Café"', '"Mein Café"', 'Name = "Mein-Cafe"'],
  ['name-length', 'warning', 'my-app', 'a'.repeat(60), `"ai.h2o.q.${'a'.repeat(60)}"`, null],
  ['name-deploy-length', 'warning', 'my-app', 'a'.repeat(40), `"ai.h2o.q.${'a'.repeat(40)}"`, null],
  ['version-semver', 'error', '0.0.1', '1.2', '"1.2"', 'Version = "1.2.0"'],
  ['version-semver', 'error', '0.0.1', 'v1.2.3', '"v1.2.3"', 'Version = "1.2.3"'],
  ['version-semver', 'error', '0.0.1', '01.2.3', '"01.2.3"', 'Version = "1.2.3"'],
  ['version-semver', 'error', '0.0.1', '1.2.3.4', '"1.2.3.4"', 'Version = "1.2.3"'],
  ['version-semver', 'error', '0.0.1', 'latest', '"latest"', null],
  ['version-template', 'error', '0.0.1', '{{VERSION}}', '"{{VERSION}}"', 'Version = "0.1.0"'],
  ['version-build', 'warning', '0.0.1', '1.0.0+abc', '"1.0.0+abc"', 'Version = "1.0.0"'],
  [
    'version-stamp',
    'warning',
    '0.0.1',
    '0.1.2-20201013062803',
    '"0.1.2-20201013062803"',
    'Version = "0.1.2"'
  ],
  ['category-unknown', 'warning', '"Other"', '"Helthcare"', '"Helthcare"', 'Category = "Healthcare"'],
  ['category-unknown', 'warning', '"Other"', '"data science"', '"data science"', 'Category = "Data Science"'],
  ['category-unknown', 'warning', '"Other"', '"FinServe"', '"FinServe"', null],
  ['category-all', 'warning', '"Other"', '"All"', '"All"', 'Category = "Other"'],
  ['keywords-idle', 'warning', '["awesome"]', '["a", "", "a"]', '["a", "", "a"]', 'Keywords = ["a"]'],
  ['title-empty', 'warning', '"My awesome app"', '""', '""', 'Version = "0.0.1"\nDescription'],
  ['module-name', 'error', 'q_app.run', 'q_app/run.py', '"q_app/run.py"', 'Module = "q_app.run"'],
  ['module-name', 'error', 'q_app.run', './app.py', '"./app.py"', 'Module = "app"'],
  ['module-name', 'error', 'q_app.run', 'app:main', '"app:main"', 'Module = "app"'],
  ['module-name', 'error', 'q_app.run', 'my-app', '"my-app"', null],
  [
    'volume-incomplete',
    'error',
    'VolumeSize = "1Gi"\n',
    '',
    'VolumeMount',
    'VolumeMount = "/data"\nVolumeSize = "1Gi"'
  ],
  [
    'volume-incomplete',
    'error',
    'VolumeMount = "/data"\n',
    '',
    'VolumeSize',
    'VolumeMount = "/data"\nVolumeSize'
  ],
  ['volume-mount-absolute', 'error', '"/data"', '"data"', '"data"', 'VolumeMount = "/data"'],
  ['volume-mount-absolute', 'error', '"/data"', '"C:\\\\data"', '"C:\\\\data"', 'VolumeMount = "/data"'],
  ['volume-mount-absolute', 'error', '"/data"', '"../app"', '"../app"', 'VolumeMount = "/data"'],
  ['volume-mount-characters', 'error', '"/data"', '"/da:ta"', '"/da:ta"', null],
  ['volume-mount-taken', 'error', '"/data"', '"/"', '"/"', 'VolumeMount = "/data"'],
  ['volume-mount-taken', 'error', '"/data"', '"/app"', '"/app"', 'VolumeMount = "/data"'],
  [
    'volume-mount-taken',
    'error',
    '"/data"',
    '"/x/../app/data/"',
    '"/x/../app/data/"',
    'VolumeMount = "/data"'
  ],
  ['volume-mount-taken', 'error', '"/data"', '"/resources/x"', '"/resources/x"', 'VolumeMount = "/data"'],
  ['volume-mount-taken', 'error', '"/data"', '"/qz"', '"/qz"', 'VolumeMount = "/data"'],
  ['volume-mount-taken', 'error', '"/data"', '"/runtime"', '"/runtime"', 'VolumeMount = "/data"'],
  ['volume-mount-taken', 'error', '"/data"', '"/run/q8s/x"', '"/run/q8s/x"', 'VolumeMount = "/data"'],
  [
    'volume-mount-taken',
    'error',
    '"/data"',
    '"/resources-cache"',
    '"/resources-cache"',
    'VolumeMount = "/data"'
  ],
  ['volume-mount-normal', 'warning', '"/data"', '"/data//x/"', '"/data//x/"', 'VolumeMount = "/data/x"'],
  ['volume-mount-system', 'warning', '"/data"', '"/etc"', '"/etc"', 'VolumeMount = "/data"'],
  ['quantity', 'error', '"500Mi"', '"500MB"', '"500MB"', 'MemoryLimit = "500M"'],
  ['quantity', 'error', '"500Mi"', '"500 Mi"', '"500 Mi"', 'MemoryLimit = "500Mi"'],
  ['quantity', 'error', '"500Mi"', '"1GB"', '"1GB"', 'MemoryLimit = "1G"'],
  ['quantity', 'error', '"500Mi"', '"1gib"', '"1gib"', 'MemoryLimit = "1Gi"'],
  ['quantity', 'error', '"500Mi"', '"1g"', '"1g"', 'MemoryLimit = "1Gi"'],
  ['quantity', 'error', '"500Mi"', '"1,5Gi"', '"1,5Gi"', 'MemoryLimit = "1.5Gi"'],
  ['quantity', 'error', '"1Gi"', '"big"', '"big"', null],
  ['quantity-positive', 'error', '"1Gi"', '"0"', '"0"', null],
  ['quantity-milli', 'warning', '"500Mi"', '"500m"', '"500m"', 'MemoryLimit = "500Mi"'],
  ['quantity-too-small', 'error', '"500Mi"', '"500"', '"500"', 'MemoryLimit = "500Mi"'],
  ['quantity-too-small', 'error', '"500Mi"', '"5Mi"', '"5Mi"', null],
  ['quantity-huge', 'error', '"500Mi"', '"8Ei"', '"8Ei"', null],
  ['quantity-huge', 'error', '"500Mi"', '"9223372036854775808"', '"9223372036854775808"', null],
  ['quantity-huge', 'error', '"500Mi"', '"1e300"', '"1e300"', null],
  ['quantity-tiny', 'warning', '"500Mi"', '"10Mi"', '"10Mi"', null],
  ['reservation-above-limit', 'error', '"400Mi"', '"1Gi"', '"1Gi"', 'MemoryReservation = "500Mi"'],
  ['env-name-required', 'error', 'Name = "ENVIRONMENT_VARIABLE_NAME"\n', '', 'Env', null],
  [
    'env-name-reserved',
    'error',
    '"ENVIRONMENT_',
    '"Q8S_ENVIRONMENT_',
    '"Q8S_ENVIRONMENT_VARIABLE_NAME"',
    '"ENVIRONMENT_VARIABLE_NAME"'
  ],
  ['env-name-reserved', 'error', '"ENVIRONMENT_VARIABLE_NAME"', '"Q8S"', '"Q8S"', '"APP_VARIABLE"'],
  ['env-name', 'error', '"ENVIRONMENT_VARIABLE_NAME"', '"my-name"', '"my-name"', '"my_name"'],
  ['env-name', 'error', '"ENVIRONMENT_VARIABLE_NAME"', '"1X"', '"1X"', '"_1X"'],
  ['env-name', 'error', '"ENVIRONMENT_VARIABLE_NAME"', '"A=B"', '"A=B"', '"A_B"'],
  ['env-name-duplicate', 'error', '"ANOTHER_', '"', '"ENVIRONMENT_VARIABLE_NAME"', `400Mi"\n${ROW}`],
  [
    'env-name-platform',
    'warning',
    '"ENVIRONMENT_VARIABLE_NAME"',
    '"H2O_WAVE_ADDRESS"',
    '"H2O_WAVE_ADDRESS"',
    null
  ],
  [
    'env-value-exclusive',
    'error',
    'SecretKey = "SecretKeyName"',
    'SecretKey = "SecretKeyName"\nValue = "x"',
    'Value',
    ROW
  ],
  [
    'env-unused',
    'warning',
    'Secret = "SecretName"\nSecretKey = "SecretKeyName"\n',
    '',
    'Env',
    '400Mi"\n\n[[Env]]\nName = "ANOTHER'
  ],
  [
    'env-secret-incomplete',
    'error',
    'SecretKey = "SecretKeyName"\n',
    '',
    'Secret',
    'SecretKey = "ENVIRONMENT_VARIABLE_NAME"'
  ],
  [
    'env-secret-incomplete',
    'error',
    'Secret = "SecretName"\nSecretKey = "SecretKeyName"',
    'SecretKey = "K"',
    'SecretKey',
    null
  ],
  ['env-secret-name', 'warning', '"SecretName"', '"a secret"', '"a secret"', null],
  ['env-secret-key', 'warning', '"SecretKeyName"', '"a/key"', '"a/key"', null],
  ['env-too-many', 'error', ROW, ROW.repeat(1001), 'Env', null],
  ['key-case', 'warning', 'Version =', 'version =', 'version', 'Version = "0.0.1"'],
  ['key-misspelt', 'warning', 'MemoryLimit', 'Memorylimits', 'Memorylimits', 'MemoryLimit = "500Mi"'],
  ['key-misspelt', 'warning', 'SecretKey =', 'Secret_Key =', 'Secret_Key', 'SecretKey = "SecretKeyName"'],
  ['key-misspelt', 'warning', 'Title =', '"Titel" =', '"Titel"', 'Title = "My'],
  ['key-misplaced', 'warning', '[App]', '[App]\nModule = "x"', 'Module', null],
  ['key-misplaced', 'warning', 'Title = "My awesome app"\n', 'MemoryLimit = "1Gi"\n', 'MemoryLimit', null],
  [
    'key-misplaced',
    'warning',
    '[App]\nName = "ai.h2o.q.my-app"',
    'Name = "b"\n[App]',
    'Name',
    '[App]\nName = "b"'
  ],
  ['key-unknown', 'info', '[App]', '[App]\nColor = "red"', 'Color', null],
  ['key-unknown', 'info', '[App]', 'x = 1\n[App]', 'x', null],
  ['key-today', 'info', '[App]', '[App]\nLongDescription = "a.md"', 'LongDescription', null],
  ['key-today', 'info', '[Runtime]', '[Runtime]\nRoutingMode = "DOMAIN"', 'RoutingMode', null],
  ['key-today', 'info', 'Secret = "SecretName"\nSecretKey = "SecretKeyName"', 'Value = "x"', 'Value', null],
  ['key-today', 'info', '[App]', '[[File]]\nPath = "a/b"\nValue = "x"\n[App]', 'File', null],
  ['table-unknown', 'info', '[Runtime]', '[Brand]\nColor = "red"\n[Runtime]', 'Brand', null],
  ['key-case', 'warning', '[App]', '[app]', 'app', '[App]\n'],
  ['table-misspelt', 'warning', '[Runtime]', '[Runtimes]', 'Runtimes', '[Runtime]\n'],
  ['toml-syntax', 'error', '"0.0.1"', 'my-app # c', 'my-app', 'Version = "my-app" # c'],
  ['toml-syntax', 'error', '"0.0.1"', '“0.0.1”', '“0.0.1”', 'Version = "0.0.1"'],
  ['toml-syntax', 'error', 'Version = "0.0.1"', 'Version', 'Version', null],
  ['toml-syntax', 'error', 'Version', 'Name', 'Name', null]
])('%s (%s): %j -> %j', (rule, severity, old, replacement, expected, fixed) => {
  const text = guide(old, replacement)
  const [finding] = find(text, rule)

  test('is found, and placed', () => {
    expect(finding).toMatchObject({ rule, severity, file: 'q-app.toml' })
    if (!finding) return
    expect(underlined(text, finding)).toBe(expected)
    if (finding.range) {
      const before = text.slice(0, finding.range.from).split('\n')
      expect([finding.line, finding.column]).toEqual([before.length, (before.at(-1)?.length ?? 0) + 1])
    }
  })

  test(fixed === null ? 'has no fix' : 'is gone with its fix', () => {
    if (fixed === null || !finding?.fix) {
      expect(finding?.fix).toBe(fixed ?? undefined)
      return
    }
    const mended = applyEdits(text, finding.fix.edits)
    expect(mended).toContain(fixed)
    expect(find(mended, rule).filter(({ path }) => path === finding.path)).toEqual([])
    expect(find(mended, 'toml-syntax')).toEqual([])
  })
})

describe('accepted without a finding', () => {
  test.each([
    ['quantities of every kind', '"500Mi"', '"1e9"'],
    ['a pre-release', '0.0.1', '1.0.0-rc.1'],
    ['a volume below a data folder of the system', '"/data"', '"/var/data"'],
    ['a name of letters and digits', 'ai.h2o.q.my-app', 'App1'],
    ['no Category', 'Category = "Other"\n', ''],
    ['CRLF', '\n', '\r\n'],
    ['a multi-line Description', '"This is my awesome app"', '"""\nOne\n"Two"\n"""']
  ])('%s', (_, old, replacement) => {
    expect(
      checkManifest(guide(old, replacement).replaceAll(old, replacement), 'q-app.toml').findings
    ).toEqual([])
  })
})

test('findings come with errors first', () => {
  const { findings } = checkManifest('[App]\nColor = 1\nName = "a b"\n', 'q-app.toml')
  expect(findings.map(({ severity }) => severity)).toEqual(['error', 'error', 'warning', 'info'])
})

test('a manifest full of unknown keys has a bounded number of findings', () => {
  const keys = Array.from({ length: 5000 }, (_, index) => `k${index} = 1`).join('\n')
  expect(
    checkManifest(`${GUIDE}\n[Data]\n${keys}\n[App.More]\n${keys}`, 'q-app.toml').findings.length
  ).toBeLessThan(60)
})
