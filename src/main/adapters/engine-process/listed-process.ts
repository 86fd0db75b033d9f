/** A process as a listing of this computer shows it. */
export interface ListedProcess {
  readonly pid: number
  readonly parent: number
  /** Its arguments joined by spaces. */
  readonly command: string
  /** Its environment in any form, where this computer tells. */
  readonly environment?: string | undefined
  /** Its working folder, where that is all this computer still tells. */
  readonly folder?: string | undefined
}
