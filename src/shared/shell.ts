/**
 * Shells in instances. Clients read output by position with long polls, so the reader sets the pace and a reconnect
 * resumes where it was. A shell belongs to the host that opened it and ends with it.
 */
import { z } from 'zod'
import { conflict, FORBIDDEN, NOT_FOUND, procedure, UNSUPPORTED } from './procedure.ts'

/** Most shells open at once on one host. */
export const MAX_SHELLS = 8

const size = {
  columns: z.int().min(2).max(1_000),
  rows: z.int().min(1).max(1_000)
}
const byId = z.object({ shellId: z.uuid() })

export const ShellPage = z.object({
  /** Output from position `from` on, including control sequences. It is untrusted data, like a log. */
  text: z.string(),
  /** The position to continue reading from; earlier output is dropped. */
  next: z.int().min(0),
  /** Set when the shell has ended and all its output was returned. */
  end: z.object({ exitCode: z.int().optional() }).optional()
})
export type ShellPage = z.infer<typeof ShellPage>

export const shellsContract = {
  /**
   * Opens a shell with a terminal in one of the caller's running instances. FORBIDDEN for another user's instance,
   * CONFLICT if it does not run or MAX_SHELLS are open, UNSUPPORTED if its engine has no shells.
   */
  open: procedure
    .route({ method: 'POST', path: '/instances/{id}/shells' })
    .errors({ ...NOT_FOUND, ...FORBIDDEN, ...UNSUPPORTED, ...conflict() })
    .input(z.object({ id: z.uuid(), ...size }))
    .output(byId),
  /** Waits up to `waitMs` milliseconds for output. A shell that is not read for a minute is closed; then NOT_FOUND. */
  read: procedure
    .route({ method: 'GET', path: '/shells/{shellId}' })
    .errors(NOT_FOUND)
    .input(
      byId.extend({
        /** Position, in UTF-16 units from the start: an earlier `next`, at first 0. */
        from: z.int().min(0),
        waitMs: z.int().min(0).max(30_000).default(0)
      })
    )
    .output(ShellPage),
  /** Resolves when the shell has accepted the text: a sender that waits cannot overrun it. */
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
  /** Ends the shell and every process it started. Succeeds also if it has ended. */
  close: procedure.route({ method: 'DELETE', path: '/shells/{shellId}' }).input(byId).output(z.void())
}
