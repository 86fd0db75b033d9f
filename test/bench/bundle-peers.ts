/** The peers of the bundle benchmark: each archives a folder to a file in its own process. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { findProgram } from './measure.ts'

export interface Peer {
  readonly name: string
  command(folder: string, output: string): readonly string[]
}

/** The peers found here; the others are named in `missing`. */
export function findPeers(work: string): { peers: Peer[]; missing: string[] } {
  const missing: string[] = []
  const peers: Peer[] = [archiver(work)]
  const zip = findProgram('zip')
  if (zip)
    peers.unshift({ name: 'zip -r -q -6', command: (_, output) => [zip, '-r', '-q', '-6', output, '.'] })
  else missing.push('zip')
  peers.push({
    name: 'python3 zipfile',
    command: (_, output) => ['python3', '-m', 'zipfile', '-c', output, '.']
  })
  const go = findProgram('go')
  if (go) peers.push(goZip(go, work))
  else missing.push('go')
  return { peers, missing }
}

/** The least work of a repeat: write and hash the bundle's bytes once more, and check whether files changed. */
export function leastOfRepeat(): Peer | undefined {
  const programs = ['sh', 'cp', 'openssl', 'find', 'sync']
  if (!programs.every(findProgram)) return undefined
  const script = 'cp "$2" "$2.again"; sync "$2.again" & openssl dgst -sha256 "$2" & find "$1" -ls; wait'
  return {
    name: 'cp, sha256, sync and find, again',
    command: (folder, output) => ['sh', '-c', script, 'sh', folder, output]
  }
}

function archiver(work: string): Peer {
  const script = join(work, 'archiver.mjs')
  const library = import.meta.resolve('archiver')
  writeFileSync(
    script,
    `import { createWriteStream } from 'node:fs'
import { ZipArchive } from ${JSON.stringify(library)}
const archive = new ZipArchive({ zlib: { level: 6 } })
archive.pipe(createWriteStream(process.argv[3]))
archive.directory(process.argv[2], false)
await archive.finalize()
`
  )
  return {
    name: 'archiver 8, level 6',
    command: (folder, output) => [process.execPath, script, folder, output]
  }
}

const GO_PROGRAM = `package main

import ("archive/zip"; "io"; "os"; "path/filepath")

func main() {
	out, err := os.Create(os.Args[2])
	if err != nil { panic(err) }
	archive := zip.NewWriter(out)
	err = filepath.Walk(os.Args[1], func(path string, info os.FileInfo, err error) error {
		if err != nil || info.IsDir() { return err }
		name, _ := filepath.Rel(os.Args[1], path)
		header, _ := zip.FileInfoHeader(info)
		header.Name, header.Method = filepath.ToSlash(name), zip.Deflate
		writer, err := archive.CreateHeader(header)
		if err != nil { return err }
		file, err := os.Open(path)
		if err != nil { return err }
		defer file.Close()
		_, err = io.Copy(writer, file)
		return err
	})
	if err != nil { panic(err) }
	if err := archive.Close(); err != nil { panic(err) }
	if err := out.Close(); err != nil { panic(err) }
}
`

function goZip(go: string, work: string): Peer {
  const folder = join(work, 'go')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'main.go'), GO_PROGRAM)
  writeFileSync(join(folder, 'go.mod'), 'module gozip\n\ngo 1.20\n')
  execFileSync(go, ['build', '-o', 'gozip', '.'], { cwd: folder })
  return { name: 'Go archive/zip', command: (source, output) => [join(folder, 'gozip'), source, output] }
}
