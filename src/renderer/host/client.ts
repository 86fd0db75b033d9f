/** The window's access to the host: its client, queries, and the state of the connection. */
import { createORPCClient } from '@orpc/client'
import { createTanstackQueryUtils } from '@orpc/tanstack-query'
import { createContext, useContext } from 'react'
import { useStore } from 'zustand'
import type { Client } from '#shared/contract.ts'
import { type Connection, type ConnectionState, createConnection } from './connection.ts'
import { onNewSecret } from './session.ts'
import { openWire } from './wires.ts'

export interface Host {
  readonly client: Client
  /** Query and mutation options for every call of the contract. */
  readonly orpc: ReturnType<typeof createTanstackQueryUtils<Client>>
  readonly connection: Pick<Connection, 'state' | 'retryNow' | 'whenUp'>
}

/** Creates a host around a client: the real one, or a test's. */
export function createHost(client: Client, connection: Host['connection']): Host {
  return { client, orpc: createTanstackQueryUtils(client), connection }
}

/** The host behind this page, for the platform of `profile`. */
export function connectHost(profile: string): Host {
  const connection = createConnection(() => openWire(profile))
  onNewSecret(connection.retryNow)
  return createHost(createORPCClient<Client>(connection.link), connection)
}

const HostContext = createContext<Host | undefined>(undefined)
export const HostProvider = HostContext.Provider

export function useHost(): Host {
  const host = useContext(HostContext)
  if (!host) throw new Error('useHost outside of HostProvider')
  return host
}

/** The host, or undefined: parts that show failures must also work without a host. */
export function useHostIfAny(): Host | undefined {
  return useContext(HostContext)
}

export function useConnection(): ConnectionState {
  return useStore(useHost().connection.state)
}
