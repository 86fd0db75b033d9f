/**
 * Shells into instances. Output is read, not pushed: by position and as a long poll, so that the reader sets the pace and a
 * reconnect resumes where it was. A shell belongs to the host it was opened on and ends with it.
 */
import { z } from 'zod'
import { conflict, FORBIDDEN, NOT_FOUND, procedure, UNSUPPORTED } from './procedure.ts'

/** Shells one host keeps open at once. */
export const MAX_SHELLS = 8

const size = {
  columns: z.int().min(2).max(1_000),
  rows: z.int().min(1).max(1_000)
}
const byId = z.object({ shellId: z.uuid() })

export const ShellPage = z.object({
  /** What the shell wrote from `from` on, control sequences included: it is data, and as hostile as a log. */
  text: z.string(),
  /** The position to read on from; what lies before it is forgotten. */
  next: z.int().min(0),
  /** The shell has ended and all its output was given. */
  end: z.object({ exitCode: z.int().optional() }).optional()
})
export type ShellPage = z.infer<typeof ShellPage>

export const shellsContract = {
  /**
   * Opens a shell with a terminal in a running instance of the caller's own. FORBIDDEN for another's, CONFLICT when it
   * does not run or MAX_SHELLS are open, UNSUPPORTED where its engine has no shells.
   */
  open: procedure
    .route({ method: 'POST', path: '/instances/{id}/shells' })
    .errors({ ...NOT_FOUND, ...FORBIDDEN, ...UNSUPPORTED, ...conflict() })
    .input(z.object({ id: z.uuid(), ...size }))
    .output(byId),
  /** Waits up to `waitMs` milliseconds for output. A shell nobody reads for a minute is closed. NOT_FOUND once it is. */
  read: procedure
    .route({ method: 'GET', path: '/shells/{shellId}' })
    .errors(NOT_FOUND)
    .input(
      byId.extend({
        /** Position, in UTF-16 units from the start; an earlier `next`, at first 0. */
        from: z.int().min(0),
        waitMs: z.int().min(0).max(30_000).default(0)
      })
    )
    .output(ShellPage),
  /** Resolves when the shell has taken it: a sender that waits can never overrun one. */
  write: procedure
    .route({ method: 'POST', path: '/shells/{shellId}' })
    .errors(NOT_FOUND)
    .input(byId.extend({ text: z.string().max(64 * 1024) }))
    .output(z.void()),
  resize: procedure
    .route({ method: 'PATCH', path: '/shells/{shellId}' })
    .errors(NOT_FOUND)
    .input(byId.extend(size))
    .output(z.void()),
  /** Ends the shell and all it started. Fine for one that has ended. */
  close: procedure.route({ method: 'DELETE', path: '/shells/{shellId}' }).input(byId).output(z.void())
}
