/** The dialog that is open, at most one: any part of the window can open it, and the frame shows it. */
import { create } from 'zustand'
import type { AppError } from '#shared/errors.ts'

export interface Confirmation {
  readonly title: string
  /** What will happen: the thing's name and the consequence. */
  readonly text: string
  /** The button's label: a verb. */
  readonly action: string
  readonly destructive?: boolean
  readonly onConfirm: () => void
}

export type Dialog =
  | { readonly kind: 'open-project' }
  | { readonly kind: 'init-project'; readonly path: string; readonly reason: AppError }
  /** The publish sheet for folders of projects and bundles. */
  | { readonly kind: 'publish'; readonly paths: readonly string[] }
  /** The contents of a bundle. */
  | { readonly kind: 'bundle'; readonly file: string }
  /** A file of an instance. */
  | { readonly kind: 'instance-file'; readonly id: string; readonly path: string }
  | { readonly kind: 'shortcuts' }
  | { readonly kind: 'support' }
  /** The choice of the Docker that runs apps. */
  | { readonly kind: 'docker' }
  /** Loading the runtime image from a file. */
  | { readonly kind: 'load-image' }
  | { readonly kind: 'palette' }
  | ({ readonly kind: 'confirm' } & Confirmation)

export const useDialog = create<{ readonly dialog: Dialog | undefined }>(() => ({ dialog: undefined }))

export const openDialog = (dialog: Dialog) => useDialog.setState({ dialog })
export const closeDialog = () => useDialog.setState({ dialog: undefined })
export const confirm = (confirmation: Confirmation) => openDialog({ kind: 'confirm', ...confirmation })
