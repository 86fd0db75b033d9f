/** A small project on disk, for tests that need one. */
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

export const MANIFEST = `# kept
[App]
Name = "ai.h2o.q.peak" # the name
Version = '0.1.2'
Title = "Q Peak"
Description = "Forecast"
Category = "Healthcare"
Keywords = ["forecast"]

[Runtime]
Module = "ready"
`

/** Creates the folder and returns its path. */
export async function makeProject(
  folder: string,
  files: Readonly<Record<string, string>> = {}
): Promise<string> {
  await mkdir(folder, { recursive: true })
  for (const [name, text] of Object.entries({ 'q-app.toml': MANIFEST, 'ready.py': 'print(1)\n', ...files })) {
    await mkdir(join(folder, name, '..'), { recursive: true })
    await writeFile(join(folder, name), text)
  }
  return folder
}
