/** Counts how far a log has grown while its view stays elsewhere, so that the view can say how many lines are new. */
import { notifyListeners } from './held-log.ts'
import { isFull, type Reading } from './reading.ts'

/** Milliseconds between two counts. */
const COUNT_MS = 1_000

/** Counts once a second, until the returned function is called. */
export function countGrowth(reading: Reading): () => void {
  const timer = setInterval(() => void countOnce(reading), COUNT_MS)
  return () => clearInterval(timer)
}

/** Asks for the log's end only while the feed does not read up to it. */
async function countOnce(reading: Reading): Promise<void> {
  const { state, view } = reading
  if (!reading.visible || view.following || !(reading.hasMore || isFull(reading))) return
  const { signal } = reading.stop
  const query = { tail: 0, waitMs: 0, maxBytes: 1 }
  const end = await reading.options.read(query, signal).then(
    page => page.first ?? 0,
    () => 0
  )
  if (signal.aborted || end <= state.getState().end) return
  state.setState({ end })
  notifyListeners(reading)
}
