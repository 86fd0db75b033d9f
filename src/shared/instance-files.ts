/**
 * Files of an instance, to view and save: `app` is the folder of the app, `volume` its volume. Names, sizes and link
 * targets may be made up by the app. The reader requests a file piece by piece, so it sets the pace.
 */
import { z } from 'zod'
import { FileText } from './bundle.ts'
import { conflict, FORBIDDEN, NOT_FOUND, procedure, UNSUPPORTED } from './procedure.ts'

/** Most entries of one folder that are listed. */
export const MAX_LISTED = 10_000
/** Most files open at once on one host. */
export const MAX_OPEN_FILES = 8
/** Most bytes of one piece. */
export const PIECE_BYTES = 1024 * 1024

/** The folders and the name in a path; undefined if the path could lead elsewhere. */
export function filePathParts(path: string): readonly string[] | undefined {
  const parts = path.split('/').filter(part => part !== '')
  return parts.some(part => part === '.' || part === '..' || part.includes('\0')) ? undefined : parts
}

/** `app/data/cases.csv`; the empty path is the instance itself. */
const FilePath = z
  .string()
  .max(4096)
  .refine(path => filePathParts(path) !== undefined, 'must not have ".." or "." in it')

const FileEntry = z.object({
  name: z.string(),
  /** `other`: a pipe, a socket or a device. These and links cannot be opened. */
  kind: z.enum(['folder', 'file', 'link', 'other']),
  /** Bytes; 0 for everything except files. */
  size: z.number().min(0),
  modifiedAt: z.iso.datetime().optional(),
  /** The target that a link names. */
  target: z.string().optional()
})
export type FileEntry = z.infer<typeof FileEntry>

export const FolderListing = z.object({
  /** Folders first; each kind sorted by name. */
  entries: z.array(FileEntry),
  /** The folder has more entries than are listed. */
  more: z.boolean()
})
export type FolderListing = z.infer<typeof FolderListing>

const byPath = z.object({ id: z.uuid(), path: FilePath })
const byId = z.object({ fileId: z.uuid() })
const pathErrors = { ...NOT_FOUND, ...FORBIDDEN, ...UNSUPPORTED }

export const filesContract = {
  /**
   * Lists a folder. FORBIDDEN for another user's instance, NOT_FOUND if the path does not exist, INVALID if it is not a
   * folder or goes through a link.
   */
  list: procedure
    .route({ method: 'GET', path: '/instances/{id}/files' })
    .errors(pathErrors)
    .input(byPath)
    .output(FolderListing),
  /** Reads a file as text to show. */
  text: procedure
    .route({ method: 'GET', path: '/instances/{id}/files/text' })
    .errors(pathErrors)
    .input(byPath)
    .output(FileText),
  /**
   * Opens a file to save it; CONFLICT while MAX_OPEN_FILES are open. Reads stop at the size the file had when it was
   * opened.
   */
  open: procedure
    .route({ method: 'POST', path: '/instances/{id}/files' })
    .errors({ ...pathErrors, ...conflict() })
    .input(byPath)
    .output(byId.extend({ name: z.string(), size: z.number().min(0) })),
  /** Reads the next piece. A file that is not read for a minute is closed; then NOT_FOUND. */
  read: procedure
    .route({ method: 'GET', path: '/files/{fileId}' })
    .errors(NOT_FOUND)
    .input(byId)
    .output(z.object({ data: z.instanceof(Blob), end: z.boolean() })),
  /** Succeeds also if the file is closed already. */
  close: procedure.route({ method: 'DELETE', path: '/files/{fileId}' }).input(byId).output(z.void())
}
