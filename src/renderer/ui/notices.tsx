/** What the user should know of a run: one notice in the open, several behind a line that counts them. */
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
