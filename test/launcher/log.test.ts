/** An app's output in the log: complete, in order, at full speed, across kills and within the bound. */
import { execFileSync } from 'node:child_process'
import { appendFileSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import {
  cleanUp,
  end,
  exited,
  LAUNCHER,
  makeRun,
  PYTHON,
  type Run,
  temporaryFolder,
  until
} from './support.ts'

afterEach(cleanUp)

const PRLIMIT = hasPrlimit()
const LINES = 1_000_000
const PRINTS = `
import os, sys
out = sys.stdout.buffer
pad = b'x' * 80
for start in range(0, ${LINES}, 1000):
    out.write(b''.join(b'line %07d %s\\n' % (n, pad) for n in range(start, start + 1000)))
out.flush()
`

function hasPrlimit(): boolean {
  try {
    execFileSync('prlimit', ['--version'], { stdio: 'ignore' })
    return process.platform === 'linux'
  } catch {
    return false
  }
}

const named = (title: string, can: boolean) => (can ? title : `${title} (skipped: no prlimit)`)

function numbers(run: Run): number[] {
  const found: number[] = []
  for (const name of run.segments()) {
    for (const match of readFileSync(join(run.folder, 'log', name), 'latin1').matchAll(
      / stdout F line (\d{7}) /g
    )) {
      found.push(Number(match[1]))
    }
  }
  return found
}

function countLines(path: string): number {
  return readFileSync(path).reduce((count, byte) => (byte === 10 ? count + 1 : count), 0)
}

describe.skipIf(!PYTHON)(`the launcher's log${PYTHON ? '' : ' (skipped: no Python 3.8 or newer)'}`, () => {
  it(`has ${LINES} lines, each once and in order`, async () => {
    const run = await makeRun({ bundle: { 'run.py': PRINTS } })
    await exited(run.start())
    const found = numbers(run)
    expect(found.length).toBe(LINES)
    expect(found.every((number, index) => number === index)).toBe(true)
  })

  it('stays within its bound, and its file names count every line ever written', async () => {
    const log = { segmentBytes: 1 << 20, totalBytes: 8 << 20 }
    const run = await makeRun({ bundle: { 'run.py': PRINTS }, config: { log } })
    await exited(run.start())
    const segments = run.segments()
    const sizes = segments.map(name => statSync(join(run.folder, 'log', name)).size)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(log.totalBytes)
    expect(Math.max(...sizes)).toBeLessThan(log.segmentBytes + 200)
    const found = numbers(run)
    expect(found.at(-1)).toBe(LINES - 1)
    expect(found.every((number, index) => index === 0 || number === (found[index - 1] ?? 0) + 1)).toBe(true)
    segments.slice(1).forEach((name, index) => {
      const before = segments[index] ?? ''
      expect(Number.parseInt(name, 10)).toBe(
        Number.parseInt(before, 10) + countLines(join(run.folder, 'log', before))
      )
    })
    // The first segment's number gives the count of missing lines, apart from the launcher's own lines.
    expect(Number.parseInt(segments[0] ?? '', 10) - (found[0] ?? 0)).toBeLessThan(30)
  })

  it('is repaired after a kill in the middle of a line, and continues in a new segment', async () => {
    const endless = 'import time\nn = 0\nwhile True:\n    print("count", n)\n    n += 1\n'
    const run = await makeRun({ bundle: { 'run.py': endless } })
    const first = run.start()
    await until('much is printed', () => run.segments().length > 1)
    await end(first, 'SIGKILL')
    const torn = join(run.folder, 'log', run.segments().at(-1) ?? '')
    appendFileSync(torn, '2026-01-01T00:00:00.000000Z stdout F torn')
    const second = run.start()
    await until(
      'it prints again',
      () => run.text().match(/started/g)?.length === 2 && run.log().at(-1)?.stream !== 'system'
    )
    await end(second)
    const segments = run.segments()
    const next = segments[segments.indexOf(torn.slice(-16)) + 1]
    expect(readFileSync(torn, 'utf8').endsWith('torn\n')).toBe(true)
    expect(Number.parseInt(next ?? '', 10)).toBe(Number.parseInt(torn.slice(-16), 10) + countLines(torn))
    expect(run.log().every(line => line.time && line.stream)).toBe(true)
  })

  it('splits lines that are too long without splitting a character, and the parts join to the same text', async () => {
    const run = await makeRun({ bundle: { 'run.py': 'print("a" + "ü" * 100_000)\nprint("short")\n' } })
    await exited(run.start())
    const parts = run.log().filter(line => line.stream === 'stdout')
    expect(parts.map(line => line.partial ?? false)).toEqual([true, true, true, false, false])
    expect(
      parts
        .slice(0, 4)
        .map(line => line.text)
        .join('')
    ).toBe(`a${'ü'.repeat(100_000)}`)
    expect(parts[4]?.text).toBe('short')
  })

  it('shows a prompt before its line ends', async () => {
    const code =
      'import sys, time\nsys.stdout.write("ready? ")\nsys.stdout.flush()\ntime.sleep(3)\nprint("yes")\n'
    const run = await makeRun({ bundle: { 'run.py': code } })
    const child = run.start()
    const prompt = await until('the prompt', () => run.log().find(line => line.text === 'ready? '))
    expect(prompt).toMatchObject({ stream: 'stdout', partial: true })
    await exited(child)
    expect(
      run
        .log()
        .filter(line => line.stream === 'stdout')
        .map(line => line.text)
    ).toEqual(['ready? ', 'yes'])
  })

  it('does not split a character that is written in two parts', async () => {
    const go = join(temporaryFolder('characters'), 'go')
    const code = `
import os, sys, time
out = sys.stdout.buffer
out.write("half of ä: ".encode() + b"\\xf0\\x9f\\x8e")
out.flush()
while not os.path.exists(${JSON.stringify(go)}):
    time.sleep(0.01)
out.write(b"\\x89 and \\xc3\\n\\xf0\\x9f")
`
    const run = await makeRun({ bundle: { 'run.py': code } })
    const child = run.start()
    await until('the first part', () => run.log().find(line => line.text === 'half of ä: '))
    writeFileSync(go, '')
    await exited(child)
    const lines = run.log().filter(line => line.stream === 'stdout')
    expect(lines.map(line => line.text)).toEqual(['half of ä: ', '🎉 and \ufffd', '\ufffd'])
  })

  it('finds the complete characters in every prefix of a text', () => {
    const code = `
import sys
sys.path.insert(0, ${JSON.stringify(dirname(LAUNCHER))})
from q8s_launcher.pump import whole_characters
text = "a é ü ߿ ࠀ 中 \\uffff 🎉 \\U0010ffff z".encode()
for end in range(len(text) + 1):
    whole = whole_characters(text[:end])
    text[:whole].decode()
    assert end - whole < 4
for wrong in (b"\\xff", b"\\xc0", b"\\x80\\x80\\x80\\x80", b"a\\x80", b"\\xf5", b""):
    assert whole_characters(wrong) == len(wrong), wrong
`
    execFileSync(PYTHON ?? '', ['-B', '-c', code], { stdio: 'pipe' })
  })

  it('keeps stderr separate, ends lines at CRLF, keeps lone CRs, invalid bytes and an unfinished line', async () => {
    const code = `
import sys
sys.stdout.buffer.write(b'one\\r\\ntwo\\rstill two\\n\\xff\\xfe bad\\n\\nlast')
sys.stdout.flush()
sys.stderr.write('to stderr\\n')
`
    const run = await makeRun({ bundle: { 'run.py': code } })
    await exited(run.start())
    const of = (stream: string) =>
      run
        .log()
        .filter(line => line.stream === stream)
        .map(line => line.text)
    expect(of('stdout')).toEqual(['one', 'two\rstill two', '\ufffd\ufffd bad', '', 'last'])
    expect(of('stderr')).toEqual(['to stderr'])
  })

  it.skipIf(!PRLIMIT)(
    named('counts the lines that did not fit on the disk, and does not stop the app', PRLIMIT),
    async () => {
      const code = `
import os, time
def wait(name):
    while not os.path.exists(name): time.sleep(0.01)
def lines(start, count):
    os.write(1, b''.join(b'line %07d\\n' % n for n in range(start, start + count)))
print('waiting', flush=True)
wait('full')
for start in range(0, 400_000, 1000): lines(start, 1000)
open('printed', 'w').close()
wait('free')
lines(400_000, 1000)
`
      const run = await makeRun({
        bundle: { 'run.py': code },
        config: { log: { segmentBytes: 1 << 30, totalBytes: 1 << 30 } }
      })
      const child = run.start()
      await until('the app runs', () => run.text().includes('waiting'))
      // A file that may not grow refuses bytes just as a full disk does.
      execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=2000000:unlimited'])
      writeFileSync(join(run.appRoot, 'full'), '')
      await until('the app has printed all the same', () => existsSync(join(run.appRoot, 'printed')))
      execFileSync('prlimit', ['--pid', String(child.pid), '--fsize=unlimited'])
      writeFileSync(join(run.appRoot, 'free'), '')
      await exited(child)
      const found = run.log().flatMap(line => /^line (\d+)$/.exec(line.text)?.[1] ?? [])
      const dropped = run
        .log()
        .flatMap(line => /^(\d+) log lines could not be written/.exec(line.text)?.[1] ?? [])
      expect(found.length).toBeGreaterThan(10_000)
      expect(found.length).toBeLessThan(401_000)
      expect(dropped.reduce((sum, count) => sum + Number(count), 0) + found.length).toBe(401_000)
      expect(found).toEqual([...found].sort())
      expect(found.at(-1)).toBe('0400999')
    }
  )

  it.skipIf(process.platform === 'win32')(
    'keeps the complete lines of a write the disk took only in part: they may have been read already',
    () => {
      const folder = temporaryFolder('log')
      const code = `
import resource, sys
sys.path.insert(0, sys.argv[1])
from q8s_launcher.log import LogWriter
log = LogWriter(sys.argv[2], 1 << 20, 1 << 20)
log.append(b"".join(b"t stdout F line %d\\n" % n for n in range(3)))
hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
resource.setrlimit(resource.RLIMIT_FSIZE, (120, hard))
log.append(b"".join(b"t stdout F line %d\\n" % n for n in range(3, 9)))
resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
log.append(b"t stdout F line 9\\n")
log.close()
`
      execFileSync(PYTHON ?? '', ['-B', '-c', code, dirname(LAUNCHER), folder])
      const lines = readFileSync(join(folder, '000000000000.log'), 'utf8').split('\n')
      expect(lines.map(line => line.replace(/^\S+ (stdout|system) F /, ''))).toEqual([
        ...['line 0', 'line 1', 'line 2', 'line 3', 'line 4', 'line 5'],
        expect.stringMatching(/^3 log lines could not be written/),
        ...['line 9', '']
      ])
    }
  )
})
