/** Times reported by apps and archives, which may be invalid. */

/** The first moment of the year 10000, which RFC 3339 cannot express. */
const END_OF_TIME = Date.UTC(10_000, 0)

/** The time as RFC 3339 text. Undefined if it is not a valid time. */
export function timeOf(milliseconds: number): string | undefined {
  if (!(milliseconds >= 0 && milliseconds < END_OF_TIME)) return undefined
  return new Date(milliseconds).toISOString()
}
