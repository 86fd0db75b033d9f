/** Paths typed into the window, which do not pass through a shell. */
import { useHostInfo } from './queries.ts'

/** Expands `~/apps` to the folder `apps` in the user's home, as a shell does. */
export function withHome(typed: string, home: string | undefined): string {
  const path = typed.trim()
  return home === undefined ? path : path.replace(/^~(?=$|[\\/])/, () => home)
}

export function useTypedPath(): (typed: string) => string {
  const home = useHostInfo()?.home
  return typed => withHome(typed, home)
}
