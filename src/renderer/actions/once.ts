/** Prevents work from starting twice at the same time: the second click of a double click does nothing. */

const going = new Set<string>()

/** `key` identifies the work and the thing it works on. */
export async function once(key: string, work: () => Promise<unknown>): Promise<void> {
  if (going.has(key)) return
  going.add(key)
  try {
    await work()
  } finally {
    going.delete(key)
  }
}
