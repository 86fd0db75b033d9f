/** A process in a list of this computer's processes. */
export interface ListedProcess {
  readonly pid: number
  readonly parent: number
  /** Its arguments joined by spaces. */
  readonly command: string
  /** Its environment in any format, if this computer shows it. */
  readonly environment?: string | undefined
  /** Its working folder, if that is all this computer still shows. */
  readonly folder?: string | undefined
}
