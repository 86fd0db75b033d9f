/** The lock of an environment's builder: a launcher that waits never takes a living builder for one that has ended. */
import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { cleanUp, LAUNCHER, PYTHON, temporaryFolder } from './support.ts'

afterEach(cleanUp)

/** What a waiting launcher sees of the lock: just before the builder locks it, while it is held, and after its end. */
const SEEN = `
import json, os, sys
folder, sources = sys.argv[1:]
sys.path.insert(0, sources)
from q8s_launcher import build, files, waiting
build.FOLDER = folder
seen = []
look = lambda: seen.append(waiting._is_locked(os.path.join(folder, build.LOCK)))
real = files.fcntl.flock
def slow(fd, kind):
    if kind & files.fcntl.LOCK_EX:
        look()
    real(fd, kind)
class Slow:
    LOCK_SH, LOCK_EX, LOCK_NB = files.fcntl.LOCK_SH, files.fcntl.LOCK_EX, files.fcntl.LOCK_NB
    flock = staticmethod(slow)
files.fcntl = Slow
lock = build.locked()
look()
lock.release()
look()
print(json.dumps(seen))
`

it.skipIf(PYTHON === undefined || process.platform === 'win32')(
  'a builder that is about to lock has not begun; it lives while it holds the lock (needs Python and POSIX locks)',
  () => {
    const arguments_ = ['-c', SEEN, temporaryFolder('builder-lock'), dirname(LAUNCHER)]
    expect(JSON.parse(execFileSync(PYTHON ?? '', arguments_).toString())).toEqual([null, true, false])
  }
)
