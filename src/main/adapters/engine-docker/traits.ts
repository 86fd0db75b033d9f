/** Properties of the Docker engine. They decide the users and folders of its containers. */
import type { DockerConnection } from './asking.ts'

export interface EngineTraits {
  /** The engine maps root in a container to this user, who therefore owns the files that root writes. */
  readonly rootless: boolean
  /** Users of containers are mapped to other users: mounted folders need the real ones. */
  readonly mapsUsers: boolean
  readonly selinux: boolean
  /** The engine's kernel is this computer's own: a mounted folder is as fast as any other. */
  readonly native: boolean
}

/** Asks the engine. UNAVAILABLE if it does not answer. */
export async function readTraits(connection: DockerConnection, signal?: AbortSignal): Promise<EngineTraits> {
  const info = await connection.ask((docker, abortSignal) => docker.info({ abortSignal }), { signal })
  const has = (name: string) =>
    info.SecurityOptions?.some(option => option.startsWith(`name=${name}`)) ?? false
  return {
    rootless: has('rootless'),
    mapsUsers: has('userns'),
    selinux: has('selinux'),
    native: process.platform === 'linux' && info.OperatingSystem !== 'Docker Desktop'
  }
}
