/** Notices about a run: a single one is shown directly, several behind a line with their number. */
import { t } from '#shared/language.ts'
import styles from './parts.module.css'

export function Notices({ notices }: { notices: readonly string[] }) {
  const [first, ...rest] = notices
  if (first === undefined) return null
  if (rest.length === 0) return <p className={styles.notice}>{first}</p>
  return (
    <details className={styles.notice}>
      <summary>{t`${notices.length} notices about this run`}</summary>
      <ul>
        {notices.map(notice => (
          <li key={notice}>{notice}</li>
        ))}
      </ul>
    </details>
  )
}
