/** Shared by the tests of platforms: two users, waiting for states, reading whole logs. */
import { expect } from 'vitest'
import type { Instance, InstanceState } from '#shared/instance.ts'
import type { Platform } from '#shared/platform.ts'

/** One platform as two users see it; available from the first test on. */
export interface Users {
  readonly anna: Platform
  readonly ben: Platform
}

/** An AppError with this code and a complete sentence. */
export function failing(code: string): unknown {
  return expect.objectContaining({ code, message: expect.stringMatching(/\w\.$/) })
}

/** Waits for a state; fails at once, with the reason, when the instance ended in another. */
export async function until(
  platform: Platform,
  id: string,
  state: InstanceState,
  patience = 60_000
): Promise<Instance> {
  const signal = AbortSignal.timeout(patience)
  let last: Instance | undefined
  try {
    for await (const { changed } of await platform.instances.watch({}, { signal })) {
      last = changed.find(instance => instance.id === id) ?? last
      if (last?.state === state) return last
      if (last?.state === 'failed' || last?.state === 'stopped') break
    }
  } catch (error) {
    if (!signal.aborted) throw error
  }
  const log = await textOf(platform, id).catch(String)
  throw new Error(`expected ${state}, it is ${JSON.stringify(last)}\n${log}`)
}

/** The whole log as it is now, without system lines. */
export async function textOf(platform: Platform, id: string): Promise<string> {
  const texts: string[] = []
  for (let cursor: string | undefined; ; ) {
    const page = await platform.instances.readLog({ id, ...(cursor ? { cursor } : {}) })
    texts.push(...page.lines.map(line => line.text))
    if (page.lines.length === 0) return texts.join('\n')
    cursor = page.next
  }
}
