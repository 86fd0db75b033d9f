/** One setting: its title, description and control. */
import type { ReactNode } from 'react'
import styles from './settings.module.css'

export function Setting({ title, text, children }: { title: string; text: string; children: ReactNode }) {
  return (
    <section className={styles.setting} aria-label={title}>
      <div>
        <h2>{title}</h2>
        <p>{text}</p>
      </div>
      <div className={styles.control}>{children}</div>
    </section>
  )
}
