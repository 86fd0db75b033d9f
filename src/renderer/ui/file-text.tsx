/** The text of a file, or why it cannot be shown. */
import type { FileText } from '#shared/bundle.ts'
import { rich } from './rich.ts'
import { Bytes } from './text.tsx'
import styles from './text-view.module.css'
import { TextView } from './text-view.tsx'

interface FileTextViewProps {
  readonly label: string
  readonly file: FileText
  /** One-based line: scrolled to and marked. */
  readonly mark?: number | undefined
}

export function FileTextView({ label, file, mark }: FileTextViewProps) {
  if (file.text !== undefined) return <TextView label={label} text={file.text} mark={mark} />
  return <FileProblem {...file} />
}

/** Why the text cannot be shown. */
export function FileProblem({ problem, size }: FileText) {
  return (
    <p className={styles.note}>
      {problem === 'large'
        ? rich`It is too large to be shown here: ${<Bytes value={size} />}.`
        : rich`It is not text: ${<Bytes value={size} />}.`}
    </p>
  )
}
