/** Other programs read our bundles, and we read theirs. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { extractBundle, openBundle } from '#core/bundle/read/index.ts'
import { writeBundle } from '#core/bundle/write/write.ts'
import { noise, project, temporaryFolder } from './project.ts'

const isPosix = process.platform !== 'win32'

function findProgram(...names: string[]): string | undefined {
  const folders = (process.env.PATH ?? '').split(delimiter)
  return names.flatMap(name => folders.map(folder => join(folder, name))).find(path => existsSync(path))
}

/** A test that needs a program; without it the test is skipped, and its title says why. */
function testWith(title: string, program: string | undefined, run: (program: string) => Promise<void>) {
  if (program) test(title, () => run(program), 120_000)
  else test.skip(`${title} (skipped: the program is not installed)`, () => undefined)
}

async function sample(): Promise<{ folder: string; file: string }> {
  const folder = project({
    'data/big.csv': 'a,b,c\n'.repeat(400_000),
    'data/noise.bin': noise(2_000_000),
    'bin/run.sh': { mode: 0o755, content: '#!/bin/sh\n' },
    'caf\u00e9/日本語 🎉.txt': 'names',
    'empty/': '',
    zero: '',
    ...(isPosix && { link: { link: 'data/big.csv' } })
  })
  const file = join(temporaryFolder(), 'sample.zip')
  await writeBundle({ folder, output: file })
  return { folder, file }
}

describe('a bundle of ours is accepted by', () => {
  testWith('unzip', findProgram('unzip'), async unzip => {
    const { folder, file } = await sample()
    expect(execFileSync(unzip, ['-t', file], { encoding: 'utf8' })).toContain('No errors detected')
    const target = temporaryFolder()
    execFileSync(unzip, ['-q', file, '-d', target])
    execFileSync('diff', ['-r', folder, target])
  })

  testWith("Python's zipfile", findProgram('python3', 'python'), async python => {
    const { folder, file } = await sample()
    const target = temporaryFolder()
    const script =
      'import sys, zipfile\nz = zipfile.ZipFile(sys.argv[1])\nassert z.testzip() is None\nz.extractall(sys.argv[2])'
    execFileSync(python, ['-c', script, file, target])
    expect(
      readFileSync(join(target, 'data/noise.bin')).equals(readFileSync(join(folder, 'data/noise.bin')))
    ).toBe(true)
    expect(existsSync(join(target, 'caf\u00e9/日本語 🎉.txt'))).toBe(true)
  })

  testWith('bsdtar', findProgram('bsdtar'), async bsdtar => {
    const { folder, file } = await sample()
    const target = temporaryFolder()
    // It refuses non-ASCII names if no locale is set.
    execFileSync(bsdtar, ['-xf', file, '-C', target], { env: { ...process.env, LC_ALL: 'C.UTF-8' } })
    execFileSync('diff', ['-r', folder, target])
  })

  testWith("Go's archive/zip", findProgram('go'), async go => {
    const { file } = await sample()
    const work = temporaryFolder()
    writeFileSync(join(work, 'go.mod'), 'module reader\n\ngo 1.20\n')
    writeFileSync(
      join(work, 'main.go'),
      `package main

import ("archive/zip"; "io"; "os")

func main() {
	archive, err := zip.OpenReader(os.Args[1])
	if err != nil { panic(err) }
	for _, file := range archive.File {
		content, err := file.Open()
		if err != nil { panic(err) }
		if _, err := io.Copy(io.Discard, content); err != nil { panic(err) }
	}
}
`
    )
    execFileSync(go, ['run', '.', file], { cwd: work, stdio: 'pipe' })
  })
})

describe('we accept a bundle of', () => {
  const content = () =>
    project({ 'pkg/a.py': 'x = 1\n'.repeat(1000), 'static/icon.png': noise(5000), 'empty/': '' })

  testWith('zip', findProgram('zip'), async zip => {
    const folder = content()
    const file = join(temporaryFolder(), 'a.zip')
    execFileSync(zip, ['-r', '-q', file, '.'], { cwd: folder })
    const target = join(temporaryFolder(), 'out')
    await extractBundle(file, target)
    execFileSync('diff', ['-r', folder, target])
  })

  testWith(
    "Python's zipfile, also when it cannot seek back",
    findProgram('python3', 'python'),
    async python => {
      const folder = content()
      const file = join(temporaryFolder(), 'a.zip')
      const script = `
import sys, zipfile
class OneWay:
    def __init__(self, path): self.file = open(path, "wb")
    def write(self, data): return self.file.write(data)
    def flush(self): self.file.flush()
with zipfile.ZipFile(OneWay(sys.argv[1]), "w", zipfile.ZIP_DEFLATED) as z:
    z.write("q-app.toml")
    z.write("pkg/a.py")
    z.write("static/icon.png", compress_type=zipfile.ZIP_STORED)
`
      execFileSync(python, ['-c', script, file], { cwd: folder })
      const bundle = await openBundle(file)
      const text = await bundle.read('pkg/a.py', 1e6)
      await bundle.close()
      expect(Buffer.from(text).toString()).toBe('x = 1\n'.repeat(1000))
    }
  )

  test('archiver', async () => {
    const { ZipArchive } = await import('archiver')
    const folder = content()
    const file = join(temporaryFolder(), 'a.zip')
    const { createWriteStream } = await import('node:fs')
    const { finished } = await import('node:stream/promises')
    const archive = new ZipArchive({ zlib: { level: 6 } })
    const output = archive.pipe(createWriteStream(file))
    archive.directory(folder, false)
    await archive.finalize()
    await finished(output)
    const target = join(temporaryFolder(), 'out')
    mkdirSync(target)
    await extractBundle(file, target)
    expect(readFileSync(join(target, 'pkg/a.py'), 'utf8')).toBe('x = 1\n'.repeat(1000))
  })
})
