/** Parts of a page or its side panel: a titled panel, sections, a row of buttons, a scrolling body. */
import { ActionIcon } from '@mantine/core'
import { X } from 'lucide-react'
import type { ReactNode } from 'react'
import { t } from '#shared/language.ts'
import { visibleText } from '#shared/text.ts'
import styles from './page.module.css'

interface PanelProps {
  readonly title: string
  /** True if the page shows the title already: then it is only for screen readers. */
  readonly untitled?: boolean
  readonly subtitle?: ReactNode
  readonly onClose?: () => void
  /** PanelTabs; the element they control has the ID `bodyId`. */
  readonly tabs?: ReactNode
  readonly bodyId?: string
  readonly children: ReactNode
}

export function Panel({ title, untitled, subtitle, onClose, tabs, bodyId, children }: PanelProps) {
  return (
    <>
      <div className={styles.panelHead}>
        <div className={styles.panelTitle}>
          {untitled ? null : (
            <h2 title={visibleText(title)} dir="auto">
              {visibleText(title)}
            </h2>
          )}
          {subtitle ? <p>{typeof subtitle === 'string' ? visibleText(subtitle) : subtitle}</p> : null}
        </div>
        {onClose ? (
          <ActionIcon aria-label={t`Close panel (Esc)`} onClick={onClose}>
            <X size={16} />
          </ActionIcon>
        ) : null}
      </div>
      {tabs}
      <section
        className={styles.panelBody}
        id={bodyId}
        role={tabs ? 'tabpanel' : undefined}
        tabIndex={0}
        aria-label={visibleText(title)}
      >
        {children}
      </section>
    </>
  )
}

export function Section({ title, children }: { title?: string; children: ReactNode }) {
  return (
    <div className={styles.section}>
      {title ? <h3>{title}</h3> : null}
      {children}
    </div>
  )
}

export function Actions({ children }: { children: ReactNode }) {
  return <div className={styles.actions}>{children}</div>
}

/** A page body that scrolls as a whole. */
export function Scroll({ children }: { children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard
    <section className={styles.scroll} tabIndex={0} aria-label={t`Content`}>
      {children}
    </section>
  )
}
