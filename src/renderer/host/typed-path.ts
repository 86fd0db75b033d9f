/** Paths that are typed into the window, which no shell reads. */
import { useHostInfo } from './queries.ts'

/** `~/apps` is the folder of that name in the user's home, as in a shell. */
export function withHome(typed: string, home: string | undefined): string {
  const path = typed.trim()
  return home === undefined ? path : path.replace(/^~(?=$|[\\/])/, () => home)
}

export function useTypedPath(): (typed: string) => string {
  const home = useHostInfo()?.home
  return typed => withHome(typed, home)
}
