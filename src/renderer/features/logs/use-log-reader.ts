/** The reader of one instance's log, while its pane is mounted; it reads only while the pane is visible. */
import { useEffect, useState } from 'react'
import { useStore } from 'zustand'
import { useShallow } from 'zustand/react/shallow'
import type { Client } from '#shared/contract.ts'
import type { Instance } from '#shared/instance.ts'
import { useHost } from '../../host/client.ts'
import type { LogReader, ReaderOptions, ReaderState } from './reader.ts'
import { createLogReader } from './whole-reader.ts'

export function useLogReader(id: string, visible: boolean, instance: Instance | undefined): LogReader {
  const { client } = useHost()
  const [reader] = useState(() => createLogReader(logOf(client, id)))
  const run = runOf(instance)
  useOpen(reader, visible)
  // biome-ignore lint/correctness/useExhaustiveDependencies: an ended log continues with a new run
  useEffect(() => reader.resume(), [reader, run])
  useEngine(reader, instance?.engineGone)
  return reader
}

/** Reads while the pane is mounted and visible. */
export function useOpen(reader: LogReader, visible: boolean): void {
  useEffect(() => reader.open(), [reader])
  useEffect(() => reader.setVisible(visible), [reader, visible])
}

/** Reports to the reader when the engine goes and comes back. */
export function useEngine(reader: LogReader, gone: string | undefined): void {
  useEffect(() => reader.setEngine(gone), [reader, gone])
}

/** The state without the log's growth, which the list renders in its own frames and not for every page. */
export function useReaderState(reader: LogReader): Omit<ReaderState, 'end'> {
  return useStore(
    reader.state,
    useShallow(({ end: _end, ...state }) => state)
  )
}

/** The calls that read and search the log of an instance. */
export function logOf(client: Client, id: string): ReaderOptions {
  return {
    read: (query, signal) => client.platform.instances.readLog({ id, ...query }, { signal }),
    find: (query, signal) => client.platform.instances.findLog({ id, ...query }, { signal })
  }
}

/** A value that changes whenever the instance is started again. */
export function runOf(instance: Instance | undefined): string {
  return `${instance?.startedAt ?? ''} ${instance?.state === 'starting' || instance?.state === 'ready'}`
}
