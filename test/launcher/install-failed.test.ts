/** Turns the output of a failed installer into a reason with a fix. */
import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { expect, it } from 'vitest'
import { LAUNCHER, PYTHON } from './support.ts'

const CALL = `import json, sys
sys.path.insert(0, sys.argv[1])
from q8s_launcher.install import install_failed
error = install_failed(sys.stdin.read())
print(json.dumps([str(error.message), error.hint]))
`

const retrying = (why: string) =>
  `WARNING: Retrying (Retry(total=0, connect=None, read=None, redirect=None, status=None)) after connection broken by '${why}': /simple/nope/
ERROR: Could not find a version that satisfies the requirement nope==1 (from versions: none)
ERROR: No matching distribution found for nope==1`
const uv = (why: string) =>
  `error: Failed to fetch: \`https://index.example/simple/nope/\`\n  Caused by: ${why}`

it.skipIf(!PYTHON).each([
  [
    'a proxy that wants a password',
    retrying(
      "ProxyError('Cannot connect to proxy.', OSError('Tunnel connection failed: 407 Proxy Authentication Required'))"
    ),
    /the proxy lets nothing through/,
    /HTTPS_PROXY/
  ],
  [
    'an index that is not there',
    retrying('NewConnectionError("HTTPSConnection(host=\'index.example\', port=443): Failed to establish")'),
    /the package index cannot be reached/,
    /network/
  ],
  [
    'an index that never answers',
    retrying(
      'ReadTimeoutError("HTTPSConnectionPool(host=\'index.example\', port=443): Read timed out. (read timeout=15)")'
    ),
    /the package index cannot be reached/,
    /network/
  ],
  [
    'a name that cannot be resolved, to uv',
    uv('error sending request for url\n  Caused by: dns error: failed to lookup address information'),
    /the package index cannot be reached/,
    /network/
  ],
  [
    'a certificate of nobody known',
    retrying(
      "SSLError(SSLCertVerificationError(1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed'))"
    ),
    /certificate is not trusted/,
    /PIP_CERT/
  ],
  [
    'a certificate of nobody known, to uv',
    uv('error sending request for url\n  Caused by: invalid peer certificate: UnknownIssuer'),
    /certificate is not trusted/,
    /PIP_CERT/
  ],
  [
    'an index that refuses the sign-in, to uv',
    uv('HTTP status client error (401 Unauthorized) for url (https://index.example/simple/nope/)'),
    /answered 401 Unauthorized/,
    /user and password/
  ],
  [
    'an index that has nothing, or to pip refuses the sign-in',
    'ERROR: No matching distribution found for nope==1',
    /No version of nope==1/,
    /refuses its user and password/
  ],
  [
    'a full disk',
    'ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device',
    /disk is full/,
    /Free/
  ],
  [
    'a package that cannot be built',
    `error: subprocess-exited-with-error

  × Building wheel for lib (setup.py) did not run successfully.
  │ exit code: 1
  ╰─> [2 lines of output]
      building 'lib'
      error: command 'gcc' failed: No such file or directory
      [end of output]

  note: This error originates from a subprocess, and is likely not a problem with pip.
error: subprocess-exited-with-error

× Building wheel for lib (setup.py) did not run successfully.
│ exit code: 1
╰─> See above for output.`,
    /: Building wheel for lib \(setup.py\) failed: error: command 'gcc' failed/,
    /wheel/
  ],
  [
    'a repository that git cannot fetch',
    `  fatal: unable to access 'https://me:secret@git.example/lib.git/': Could not resolve host
  × git clone --quiet https://git.example/lib.git did not run successfully.
  │ exit code: 128
  ╰─> See above for output.`,
    /git could not fetch one of them: unable to access 'https:\/\/git.example/,
    /wheel/
  ],
  [
    'a pip that fails itself',
    `ERROR: Exception:
Traceback (most recent call last):
  File "pip/_internal/utils/encoding.py", line 34, in auto_decode
UnicodeDecodeError: 'utf-8' codec can't decode byte 0xfc in position 3`,
    /could not be installed: UnicodeDecodeError: 'utf-8' codec/,
    /log/
  ],
  [
    'nothing that is known',
    'Collecting nope\nERROR: it broke',
    /could not be installed: ERROR: it broke/,
    /log/
  ]
])('%s', (_name, output, message, hint) => {
  const said = execFileSync(PYTHON ?? '', ['-B', '-c', CALL, dirname(LAUNCHER)], {
    input: output,
    encoding: 'utf8'
  })
  expect(JSON.parse(said)).toEqual([expect.stringMatching(message), expect.stringMatching(hint)])
})
