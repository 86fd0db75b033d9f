/** Ties one log's feed to one terminal: reads while visible, counts what came while scrolled up, redraws on demand. */
import { useComputedColorScheme } from '@mantine/core'
import { useCallback, useEffect, useRef, useState } from 'react'
import { pause, retryDelay } from '../../lib/backoff.ts'
import { useHost } from '../../lib/client.ts'
import { count } from '../../lib/humanise.ts'
import { saveFile } from '../../lib/save-file.ts'
import { createLineBuffer } from './buffer.ts'
import { type FeedEvent, runFeed } from './feed.ts'
import { noteRow, renderLines } from './render.ts'
import { wholeLog } from './save.ts'
import type { FindOptions, LogTerminal } from './terminal.ts'

const TAIL = 10_000
const KEPT_LINES = 20_000
const KEPT_CHARS = 8_000_000

interface LogOptions {
  readonly id: string
  readonly visible: boolean
  readonly timestamps: boolean
  /** Changes when the instance was started again. */
  readonly run: string
  readonly onFind: () => void
}

export interface LogView {
  readonly ref: React.RefObject<HTMLDivElement | null>
  readonly loading: boolean
  /** What the feed is about, in words; empty while it simply follows. */
  readonly status: string
  readonly newLines: number
  readonly found: { readonly index: number; readonly total: number; readonly problem?: string }
  toBottom(): void
  clear(): void
  save(name: string): void
  find(text: string, options: FindOptions, direction: 'next' | 'previous', incremental: boolean): void
  endFind(): void
}

export function useLogTerminal(options: LogOptions): LogView {
  const { id, visible, timestamps, run } = options
  const { client } = useHost()
  const dark = useComputedColorScheme('light') === 'dark'
  const ref = useRef<HTMLDivElement>(null)
  const [terminal, setTerminal] = useState<LogTerminal>()
  const [buffer] = useState(() => createLineBuffer(KEPT_LINES, KEPT_CHARS))
  const cursor = useRef<string>(undefined)
  const midLine = useRef(false)
  const running = useRef<Promise<void>>(Promise.resolve())
  const drawn = useRef<{ terminal: LogTerminal; timestamps: boolean }>(undefined)
  const [status, setStatus] = useState('')
  const [newLines, setNewLines] = useState(0)
  const [found, setFound] = useState<LogView['found']>({ index: -1, total: 0 })
  const lastFind = useRef<{ text: string; options: FindOptions }>(undefined)

  const find = useCallback(
    (text: string, how: FindOptions, direction: 'next' | 'previous', incremental: boolean) => {
      lastFind.current = { text, options: how }
      if (text === '') return terminal?.endFind()
      try {
        if (!terminal?.find(text, how, direction, incremental)) setFound({ index: -1, total: 0 })
      } catch {
        setFound({ index: -1, total: 0, problem: 'Not a regular expression' })
      }
    },
    [terminal]
  )

  const onKey = useRef<(key: 'find' | 'next' | 'previous') => void>(() => {})
  onKey.current = key => {
    if (key === 'find' || !lastFind.current) options.onFind()
    else find(lastFind.current.text, lastFind.current.options, key, false)
  }

  useTerminal(ref, visible, dark, key => onKey.current(key), setTerminal)

  useEffect(() => {
    if (!terminal) return
    terminal.onScroll(() => terminal.atBottom() && setNewLines(0))
    terminal.onResults((index, total) => setFound({ index, total }))
  }, [terminal])

  useEffect(() => terminal?.setDark(dark), [terminal, dark])

  const draw = useCallback(
    async (into: LogTerminal, event: FeedEvent) => {
      setStatus(statusText(event))
      if (event.kind === 'lines') {
        buffer.push(event.lines)
        const following = into.atBottom()
        const page = renderLines(event.lines, { timestamps, columns: into.columns() }, midLine.current)
        midLine.current = page.midLine
        await into.write(page.text)
        if (!following) setNewLines(lines => lines + event.lines.length)
        return
      }
      const row = rowText(event)
      if (row === undefined) return
      await into.write((midLine.current ? '\r\n' : '') + noteRow(row))
      midLine.current = false
    },
    [buffer, timestamps]
  )

  // What is kept is drawn anew when the way to draw it changes; then the feed goes on where it was.
  // biome-ignore lint/correctness/useExhaustiveDependencies: `run` starts an ended feed again
  useEffect(() => {
    if (!terminal || !visible) return
    const stop = new AbortController()
    const before = running.current
    running.current = (async () => {
      // The feed before may be showing its last page still; from its cursor on no line is lost or doubled.
      await before
      if (stop.signal.aborted) return
      if (drawn.current?.terminal !== terminal || drawn.current.timestamps !== timestamps) {
        await redraw(terminal, buffer.lines(), timestamps, midLine)
        drawn.current = { terminal, timestamps }
      }
      await runFeed({
        read: (query, signal) => client.platform.instances.readLog({ id, ...query }, { signal }),
        show: event => draw(terminal, event),
        onCursor: next => {
          cursor.current = next
        },
        cursor: cursor.current,
        tail: TAIL,
        signal: stop.signal
      })
    })()
    return () => stop.abort()
  }, [terminal, visible, timestamps, run, id, client, draw, buffer])

  return {
    ref,
    loading: visible && terminal === undefined,
    status,
    newLines,
    found,
    toBottom() {
      terminal?.toBottom()
      setNewLines(0)
    },
    clear() {
      buffer.clear()
      terminal?.clear()
      setNewLines(0)
    },
    save(name) {
      setStatus('Saving the whole log…')
      const read = (query: { cursor?: string; maxBytes: number }, signal: AbortSignal) =>
        client.platform.instances.readLog({ id, ...query }, { signal })
      wholeLog(read, new AbortController().signal).then(
        blob => {
          saveFile(blob, name)
          setStatus('')
        },
        error => setStatus(`Could not save the log: ${error.message}`)
      )
    },
    find,
    endFind() {
      lastFind.current = undefined
      terminal?.endFind()
      terminal?.focus()
    }
  }
}

const LOAD_ATTEMPTS = 5

/** A container that starts changes the network, and a browser drops what it is loading then, from this computer too. */
async function loadTerminal(attempt = 1): Promise<typeof import('./terminal.ts')> {
  try {
    return await import('./terminal.ts')
  } catch (error) {
    if (attempt === LOAD_ATTEMPTS) throw error
    await pause(retryDelay(attempt - 1))
    return loadTerminal(attempt + 1)
  }
}

/** Opens the terminal the first time it is visible, fits it to its place, and closes it with the pane. */
function useTerminal(
  ref: React.RefObject<HTMLDivElement | null>,
  visible: boolean,
  dark: boolean,
  onKey: (key: 'find' | 'next' | 'previous') => void,
  opened: (terminal: LogTerminal | undefined) => void
) {
  const [wanted, setWanted] = useState(false)
  if (visible && !wanted) setWanted(true)
  // biome-ignore lint/correctness/useExhaustiveDependencies: opened once; the theme and the keys are followed elsewhere
  useEffect(() => {
    const element = ref.current
    if (!wanted || !element) return
    let terminal: LogTerminal | undefined
    let closed = false
    const resized = new ResizeObserver(() => element.clientHeight > 0 && terminal?.fit())
    void loadTerminal().then(({ createTerminal }) => {
      if (closed) return
      terminal = createTerminal(element, dark, onKey)
      terminal.fit()
      resized.observe(element)
      opened(terminal)
    })
    return () => {
      closed = true
      resized.disconnect()
      terminal?.dispose()
      opened(undefined)
    }
  }, [wanted])
}

async function redraw(
  terminal: LogTerminal,
  lines: ReturnType<ReturnType<typeof createLineBuffer>['lines']>,
  timestamps: boolean,
  midLine: React.RefObject<boolean>
) {
  terminal.clear()
  const page = renderLines(lines, { timestamps, columns: terminal.columns() })
  midLine.current = page.midLine
  await terminal.write(page.text)
}

function statusText(event: FeedEvent): string {
  switch (event.kind) {
    case 'reconnecting':
      return 'Reconnecting…'
    case 'ended':
      return 'Ended'
    case 'failed':
      return event.error.message
    default:
      return ''
  }
}

function rowText(event: FeedEvent): string | undefined {
  switch (event.kind) {
    case 'dropped':
      return `${count(event.count)} lines were dropped here by rotation`
    case 'reconnecting':
      return 'the connection was lost, reconnecting'
    case 'reconnected':
      return 'reconnected, nothing was lost'
    case 'failed':
      return event.error.message
    default:
      return undefined
  }
}
