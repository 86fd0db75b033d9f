/** Details of an instance that are read only on request: facts of its run, and its disk usage. */
import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { mapBounded } from '#core/async/queue.ts'
import type { InstanceUsage, RunFacts } from '#shared/instance-details.ts'
import { plainText } from '#shared/text.ts'
import { readLauncherState } from '../../launcher-files.ts'
import type { LocalContext } from '../context.ts'

/** Folders read at the same time. */
const AT_ONCE = 4

/** Facts the launcher wrote in the run folder. The app can write there too. */
export async function runFacts(runFolder: string): Promise<RunFacts | null> {
  const facts = (await readLauncherState(runFolder))?.facts
  if (!facts) return null
  const { module, python, appRoot, environment, launcher } = facts
  return {
    module: plainText(module),
    python: plainText(python),
    appRoot: plainText(appRoot),
    launcher: plainText(launcher),
    ...(environment === undefined ? {} : { environment: plainText(environment) })
  }
}

/** Disk usage of instances. Parts that cannot be read count as nothing. */
export function usageOf(
  { folders }: LocalContext,
  ids: readonly string[],
  signal?: AbortSignal
): Promise<InstanceUsage[]> {
  return mapBounded(ids, AT_ONCE, async id => {
    const [log, volume] = [join(folders.runs, id), join(folders.volumes, id)]
    return { id, log: await sizeOf(log, signal), volume: await sizeOf(volume, signal) }
  })
}

/** Bytes of all files below a folder; links are not followed. */
export async function sizeOf(folder: string, signal?: AbortSignal): Promise<number> {
  if (!(await lstat(folder).catch(() => undefined))?.isDirectory()) return 0
  let bytes = 0
  const left = [folder]
  for (let path = left.pop(); path !== undefined; path = left.pop()) {
    signal?.throwIfAborted()
    for (const entry of await readdir(path, { withFileTypes: true }).catch(() => [])) {
      const child = join(path, entry.name)
      if (entry.isDirectory()) left.push(child)
      else bytes += (await lstat(child).catch(() => undefined))?.size ?? 0
    }
  }
  return bytes
}
