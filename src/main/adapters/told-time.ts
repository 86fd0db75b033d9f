/** Moments that apps and archives tell, and may have made up. */

/** The first moment of the year 10000, which RFC 3339 cannot say any more. */
const END_OF_TIME = Date.UTC(10_000, 0)

/** As RFC 3339 text; undefined for one that is none. */
export function timeOf(milliseconds: number): string | undefined {
  if (!(milliseconds >= 0 && milliseconds < END_OF_TIME)) return undefined
  return new Date(milliseconds).toISOString()
}
