/** Work asked for again while it is asked for already is not begun twice: the second click of a double click does nothing. */

const going = new Set<string>()

/** `key` says what the work is, and on what. */
export async function once(key: string, work: () => Promise<unknown>): Promise<void> {
  if (going.has(key)) return
  going.add(key)
  try {
    await work()
  } finally {
    going.delete(key)
  }
}
