/** Why a run ended, from the kernel's counters and from the last output of Python. */
import { execFileSync } from 'node:child_process'
import { dirname } from 'node:path'
import { afterEach, expect, it } from 'vitest'
import { cleanUp, LAUNCHER, PYTHON, temporaryFolder } from './support.ts'

afterEach(cleanUp)

const LOOKS = `import json, os, sys
sys.path.insert(0, sys.argv[1])
from q8s_launcher import reasons
path = os.path.join(sys.argv[2], "memory.events")

def count(kills):
    with open(path, "w") as file:
        file.write("low 0\\noom %d\\noom_kill %d\\n" % (kills, kills))

now = [100.0]
count(3)
reasons._counter_files = lambda: [path]
kills = reasons.KernelKills(clock=lambda: now[0])
before = [kills.new(), kills.lately()]
count(4)
found = [kills.new(), kills.new(), kills.lately()]
now[0] += 60
print(json.dumps([before, found, kills.lately()]))
`

it.skipIf(!PYTHON)('a kill found by one check is still known to the next for a moment', () => {
  const output = execFileSync(
    PYTHON ?? '',
    ['-B', '-c', LOOKS, dirname(LAUNCHER), temporaryFolder('kills')],
    {
      encoding: 'utf8'
    }
  )
  expect(JSON.parse(output)).toEqual([[0, false], [1, 0, true], false])
})

const MISSING = `import json, sys
sys.path.insert(0, sys.argv[1])
from q8s_launcher import reasons
print(json.dumps([reasons.exception_line(text) for text in sys.argv[2:]]))
`

it.skipIf(!PYTHON)('a missing Module is reported with the message of Python', () => {
  const none = "No module named 'app'"
  const above =
    "Error while finding module specification for 'app.run' (ModuleNotFoundError: No module named 'app')"
  const said = [none, above].map(words => `/envs/1/bin/python3.11: ${words}`)
  const output = execFileSync(PYTHON ?? '', ['-B', '-c', MISSING, dirname(LAUNCHER), ...said])
  expect(JSON.parse(output.toString())).toEqual([none, above])
})
