/**
 * Files of an instance, to be looked at and saved: `app` is the folder of the app, `volume` its volume. Whatever is told of
 * them the app may have made up. A file is read, not pushed: a piece at a time, so that the reader sets the pace.
 */
import { z } from 'zod'
import { FileText } from './bundle.ts'
import { conflict, FORBIDDEN, NOT_FOUND, procedure, UNSUPPORTED } from './procedure.ts'

/** Entries of one folder that are told. */
export const MAX_LISTED = 10_000
/** Files one host keeps open at once. */
export const MAX_OPEN_FILES = 8
/** Bytes of one piece. */
export const PIECE_BYTES = 1024 * 1024

/** The folders and the name a path is made of; undefined for one that could lead elsewhere. */
export function filePathParts(path: string): readonly string[] | undefined {
  const parts = path.split('/').filter(part => part !== '')
  return parts.some(part => part === '.' || part === '..' || part.includes('\0')) ? undefined : parts
}

/** `app/data/cases.csv`; the empty one is the instance's. */
const FilePath = z
  .string()
  .max(4096)
  .refine(path => filePathParts(path) !== undefined, 'must not have ".." or "." in it')

const FileEntry = z.object({
  name: z.string(),
  /** `other`: a pipe, a socket, a device. Neither they nor links can be opened. */
  kind: z.enum(['folder', 'file', 'link', 'other']),
  /** Bytes; 0 for all but files. */
  size: z.number().min(0),
  modifiedAt: z.iso.datetime().optional(),
  /** Where a link leads, as it says. */
  target: z.string().optional()
})
export type FileEntry = z.infer<typeof FileEntry>

export const FolderListing = z.object({
  /** Folders first, each kind by name. */
  entries: z.array(FileEntry),
  /** There are more than could be told. */
  more: z.boolean()
})
export type FolderListing = z.infer<typeof FolderListing>

const byPath = z.object({ id: z.uuid(), path: FilePath })
const byId = z.object({ fileId: z.uuid() })
const pathErrors = { ...NOT_FOUND, ...FORBIDDEN, ...UNSUPPORTED }

export const filesContract = {
  /**
   * What is in a folder. FORBIDDEN for the instance of another, NOT_FOUND when there is no such folder, INVALID when it is
   * none or a link is on the way there.
   */
  list: procedure
    .route({ method: 'GET', path: '/instances/{id}/files' })
    .errors(pathErrors)
    .input(byPath)
    .output(FolderListing),
  /** A file as text to be looked at. */
  text: procedure
    .route({ method: 'GET', path: '/instances/{id}/files/text' })
    .errors(pathErrors)
    .input(byPath)
    .output(FileText),
  /** Opens a file to be saved; CONFLICT while MAX_OPEN_FILES are open. What it had then is read, however it grows. */
  open: procedure
    .route({ method: 'POST', path: '/instances/{id}/files' })
    .errors({ ...pathErrors, ...conflict() })
    .input(byPath)
    .output(byId.extend({ name: z.string(), size: z.number().min(0) })),
  /** The next piece. A file nobody reads for a minute is closed; NOT_FOUND once it is. */
  read: procedure
    .route({ method: 'GET', path: '/files/{fileId}' })
    .errors(NOT_FOUND)
    .input(byId)
    .output(z.object({ data: z.instanceof(Blob), end: z.boolean() })),
  /** Fine for one that is closed. */
  close: procedure.route({ method: 'DELETE', path: '/files/{fileId}' }).input(byId).output(z.void())
}
