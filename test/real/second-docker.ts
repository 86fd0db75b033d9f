/** A second Docker engine on this computer, with nothing in it. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { vi } from 'vitest'
import { openDocker } from '#adapters/engine-docker/asking.ts'

export interface SecondDocker {
  readonly address: string
  close(): Promise<void>
}

/** Why none can be started here; undefined if one can. */
export function secondDockerProblem(): string | undefined {
  if (process.platform !== 'linux' || process.getuid?.() !== 0)
    return 'only root of a Linux can start a second Docker'
  const folders = (process.env.PATH ?? '').split(delimiter)
  const missing = ['dockerd', 'unshare'].find(
    program => !folders.some(folder => existsSync(join(folder, program)))
  )
  return missing && `there is no ${missing}`
}

export async function startSecondDocker(): Promise<SecondDocker> {
  const folder = await mkdtemp(join(tmpdir(), 'q8s-second-'))
  const address = `unix://${join(folder, 'docker.sock')}`
  const daemon = spawn(
    'unshare',
    [
      // Without its own network it would remove the bridge of the first one.
      '--net',
      'dockerd',
      ...['--host', address, '--data-root', join(folder, 'data'), '--exec-root', join(folder, 'exec')],
      ...['--pidfile', join(folder, 'pid'), '--storage-driver', 'vfs', '--bridge', 'none'],
      ...['--iptables=false', '--ip6tables=false']
    ],
    { stdio: 'ignore' }
  )
  const ended = once(daemon, 'exit')
  await vi.waitFor(
    async () => (await openDocker(process.env, async () => address)).ask(docker => docker.ping()),
    { timeout: 60_000, interval: 100 }
  )
  return {
    address,
    async close() {
      daemon.kill('SIGTERM')
      await ended
      await rm(folder, { recursive: true, force: true })
    }
  }
}
