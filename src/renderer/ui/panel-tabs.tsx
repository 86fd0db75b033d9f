/** Tabs of a side panel: a row of labels that arrow keys move through. */
import { UnstyledButton } from '@mantine/core'
import { type KeyboardEvent, useRef } from 'react'
import styles from './page.module.css'

export interface PanelTab<Key extends string> {
  readonly key: Key
  readonly title: string
}

interface PanelTabsProps<Key extends string> {
  readonly label: string
  /** Prefix of the IDs of the tabs; the ID of the element they control is `<id>-body`. */
  readonly id: string
  readonly tabs: readonly PanelTab<Key>[]
  readonly active: Key
  readonly onChange: (key: Key) => void
}

export function PanelTabs<Key extends string>({ label, id, tabs, active, onChange }: PanelTabsProps<Key>) {
  const list = useRef<HTMLDivElement>(null)

  function onKeyDown(event: KeyboardEvent) {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
    if (step === undefined) return
    event.preventDefault()
    const at = tabs.findIndex(({ key }) => key === active)
    const next = tabs[(at + step + tabs.length) % tabs.length]
    if (!next) return
    onChange(next.key)
    list.current?.querySelector<HTMLElement>(`[data-key="${next.key}"]`)?.focus()
  }

  return (
    <div className={styles.panelTabs} role="tablist" aria-label={label} ref={list} onKeyDown={onKeyDown}>
      {tabs.map(({ key, title }) => (
        <UnstyledButton
          key={key}
          role="tab"
          id={`${id}-${key}`}
          data-key={key}
          className={styles.panelTab}
          aria-selected={key === active}
          aria-controls={`${id}-body`}
          tabIndex={key === active ? 0 : -1}
          onClick={() => onChange(key)}
        >
          {title}
        </UnstyledButton>
      ))}
    </div>
  )
}
