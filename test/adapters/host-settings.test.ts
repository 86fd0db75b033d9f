/** Which parts of this computer's environment reach launchers and containers. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { handSettings } from '#adapters/engine-docker/handed-settings.ts'
import {
  installSettings,
  parsePipConfiguration,
  processEnvironment,
  withSystemProxy
} from '#adapters/host-settings.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'q8s-settings-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('environment of a process', () => {
  test('passes what programs and installers need, and nothing else', () => {
    const kept = processEnvironment(
      {
        PATH: '/bin',
        HOME: '/home/me',
        LC_ALL: 'C',
        PIP_INDEX_URL: 'https://index.example',
        UV_OFFLINE: '1',
        https_proxy: 'http://proxy.example:3128',
        SSL_CERT_FILE: '/ca.pem',
        AWS_SECRET_ACCESS_KEY: 'secret',
        Q8S_HOME: '/q8s',
        NODE_OPTIONS: '--inspect',
        LD_PRELOAD: '/evil.so',
        PYTHONPATH: '/elsewhere'
      },
      'linux'
    )
    expect(Object.keys(kept).sort()).toEqual(
      [
        'HOME',
        'LC_ALL',
        'NO_PROXY',
        'no_proxy',
        'PATH',
        'PIP_INDEX_URL',
        'SSL_CERT_FILE',
        'UV_OFFLINE',
        'https_proxy'
      ].sort()
    )
  })

  test('does not put a proxy between an app and its own server', () => {
    const kept = processEnvironment({ HTTP_PROXY: 'http://p:1', no_proxy: 'corp.example,localhost' }, 'linux')
    expect(kept.NO_PROXY).toBe('corp.example,localhost,127.0.0.1,::1')
    expect(kept.no_proxy).toBe(kept.NO_PROXY)
    expect(processEnvironment({ PATH: '/bin' }, 'linux')).not.toHaveProperty('NO_PROXY')
  })

  test('compares names without case on Windows only', () => {
    expect(processEnvironment({ Path: 'C:\\', SystemRoot: 'C:\\Windows' }, 'win32')).toEqual({
      Path: 'C:\\',
      SystemRoot: 'C:\\Windows'
    })
    expect(processEnvironment({ Path: '/bin' }, 'linux')).toEqual({})
  })
})

describe('pip configuration', () => {
  test('is read with both sections, comments, and lists over several lines', () => {
    const text = [
      '# company settings',
      '[global]',
      'index-url = https://index.example/simple',
      'trusted-host =',
      '    one.example',
      '    two.example',
      'timeout=20',
      '[install]',
      'timeout: 60',
      '[freeze]',
      'timeout = 1'
    ].join('\r\n')
    expect(parsePipConfiguration(text)).toEqual({
      PIP_INDEX_URL: 'https://index.example/simple',
      PIP_TRUSTED_HOST: 'one.example two.example',
      PIP_TIMEOUT: '60'
    })
  })

  test('never makes the parser throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), text => typeof parsePipConfiguration(text) === 'object')
    )
  })

  test('the environment wins over files, and the certificate bundle is found in either', async () => {
    const certificates = join(folder, 'ca.pem')
    const configuration = join(folder, 'pip.conf')
    await writeFile(certificates, 'pem')
    await writeFile(
      configuration,
      `[global]\ncert = ${certificates}\nindex-url = https://file.example\nextra-index-url = https://extra.example\n`
    )
    const settings = await installSettings(
      {
        HOME: folder,
        PIP_CONFIG_FILE: configuration,
        PIP_INDEX_URL: 'https://env.example',
        PIP_TARGET: '/x'
      },
      'linux'
    )
    expect(settings.certificates).toBe(certificates)
    expect(settings.env).toMatchObject({
      PIP_INDEX_URL: 'https://env.example',
      PIP_EXTRA_INDEX_URL: 'https://extra.example'
    })
    expect(settings.env).not.toHaveProperty('PIP_TARGET')
  })

  test('a certificate variable that names a missing file or a folder is ignored', async () => {
    const certificates = join(folder, 'ca.pem')
    await writeFile(certificates, 'pem')
    const env = {
      HOME: folder,
      PIP_CONFIG_FILE: '/dev/null',
      PIP_CERT: join(folder, 'missing.pem'),
      REQUESTS_CA_BUNDLE: folder,
      SSL_CERT_FILE: certificates
    }
    expect((await installSettings(env, 'linux')).certificates).toBe(certificates)
  })
})

describe('settings passed to a container', () => {
  test('one mounted bundle is named by every variable that some tool reads', async () => {
    const { env, mounts } = await handSettings({ certificates: '/etc/ca.pem', env: {} })
    expect(mounts).toEqual([{ source: '/etc/ca.pem', target: '/q8s-host/0/ca.pem' }])
    expect(new Set(Object.values(env))).toEqual(new Set(['/q8s-host/0/ca.pem']))
    expect(Object.keys(env)).toEqual(
      expect.arrayContaining(['PIP_CERT', 'SSL_CERT_FILE', 'REQUESTS_CA_BUNDLE', 'NODE_EXTRA_CA_CERTS'])
    )
  })

  test('paths are mounted and rewritten; missing ones are left out', async () => {
    const wheels = join(folder, 'wheels')
    await writeFile(wheels, '')
    const { env, mounts } = await handSettings({
      env: { PIP_FIND_LINKS: `${wheels} ${join(folder, 'gone')}`, PIP_CONSTRAINT: join(folder, 'gone.txt') }
    })
    expect(env).toEqual({ PIP_FIND_LINKS: '/q8s-host/0/wheels' })
    expect(mounts).toEqual([{ source: wheels, target: '/q8s-host/0/wheels' }])
  })

  test.each([
    ['PIP_INDEX_URL', 'http://localhost:3141/simple', 'http://host.docker.internal:3141/simple'],
    ['PIP_INDEX_URL', 'http://me:pass@127.0.0.1/simple', 'http://me:pass@host.docker.internal/simple'],
    ['PIP_TRUSTED_HOST', 'localhost', 'host.docker.internal'],
    ['https_proxy', 'http://[::1]:3128', 'http://host.docker.internal:3128']
  ])('%s on loopback is reached as the host (%s)', async (name, value, expected) => {
    expect(await handSettings({ env: { [name]: value } })).toMatchObject({
      env: { [name]: expected },
      needsHost: true
    })
  })

  test.each([
    ['PIP_INDEX_URL', 'https://localhost.example/simple'],
    ['NO_PROXY', 'localhost,127.0.0.1'],
    ['PIP_DEFAULT_TIMEOUT', '60']
  ])('%s=%s is unchanged', async (name, value) => {
    expect(await handSettings({ env: { [name]: value } })).toMatchObject({
      env: { [name]: value },
      needsHost: false
    })
  })
})

describe('the proxy of the system', () => {
  const proxy = { HTTPS_PROXY: 'http://system.example:3128' }
  const nothing = { PIP_CONFIG_FILE: '/dev/null', PATH: '/bin' }

  test('is passed on where no variable or file names one', async () => {
    expect(await withSystemProxy(nothing, async () => proxy)).toEqual({ ...nothing, ...proxy })
    expect(await withSystemProxy(nothing, undefined)).toEqual(nothing)
  })

  test.each([
    ['https_proxy', { https_proxy: 'http://own.example:1' }],
    ['ALL_PROXY', { ALL_PROXY: 'socks5://own.example:1' }],
    ['a setting of pip', { PIP_PROXY: 'http://own.example:1' }]
  ])('is not requested when there is %s', async (_what, own) => {
    const env = { ...nothing, ...own }
    const asked = async () => expect.fail('the system was asked')
    expect(await withSystemProxy(env, asked)).toEqual(env)
  })

  test('is overridden by one in pip’s own file', async () => {
    const file = join(folder, 'pip.conf')
    await writeFile(file, '[global]\nproxy = http://own.example:1\n')
    const env = { PIP_CONFIG_FILE: file }
    expect(await withSystemProxy(env, async () => proxy)).toEqual(env)
  })
})
