/** Reads one log: follows its end or holds another part, and reads on to either side as the view moves. */
import { readBack } from './reader/back.ts'
import { continueFeed, wakeFeed } from './reader/forward.ts'
import { countGrowth } from './reader/growth.ts'
import { addListener, notifyListeners } from './reader/held-log.ts'
import { changeFilter, clear, jumpTo, resume, unclear } from './reader/jump.ts'
import { engineText, noteNow } from './reader/notes.ts'
import { addNote, createReading, type Reading } from './reader/reading.ts'
import type { LogReader, ReaderOptions, ReaderView } from './reader.ts'

/** A reader that can hold any part of one log. */
export function createLogReader(options: ReaderOptions): LogReader {
  const reading = createReading(options)
  return {
    isWhole: true,
    read: options.read,
    find: options.find,
    window: reading.window,
    state: reading.state,
    onChange: listener => addListener(reading, listener),
    setView: view => setView(reading, view),
    setVisible: visible => setVisible(reading, visible),
    reachesEnd: () => !reading.hasMore,
    show: place => jumpTo(reading, place),
    setFilter: (filter, near) => changeFilter(reading, filter, near),
    clear: () => clear(reading),
    unclear: () => unclear(reading),
    setEngine: gone => setEngine(reading, gone),
    resume: () => resume(reading),
    open: () => open(reading)
  }
}

function setView(reading: Reading, view: ReaderView): void {
  reading.view = view
  wakeFeed(reading)
  if (view.nearStart) void readBack(reading)
}

function setVisible(reading: Reading, visible: boolean): void {
  reading.visible = visible
  wakeFeed(reading)
}

function setEngine(reading: Reading, gone: string | undefined): void {
  const text = engineText(reading.state.getState().engineGone, gone)
  reading.state.setState({ engineGone: gone })
  if (text === undefined) return
  addNote(reading, noteNow(text))
  notifyListeners(reading)
}

/** Reads until the returned function is called. */
function open(reading: Reading): () => void {
  continueFeed(reading)
  const stopCounting = countGrowth(reading)
  return () => {
    stopCounting()
    reading.stop.abort()
  }
}
