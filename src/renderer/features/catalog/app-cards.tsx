/** The catalog as cards, as many per row as fit; renders only visible cards. */
import { UnstyledButton } from '@mantine/core'
import { useElementSize, useMergedRef } from '@mantine/hooks'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef } from 'react'
import { t } from '#shared/language.ts'
import { visibleText } from '#shared/text.ts'
import { plural } from '../../labels/humanise.ts'
import type { AppGroup } from '../../labels/versions.ts'
import { Name } from '../../ui/text.tsx'
import { visibilityText } from '../../ui/visibility.tsx'
import styles from './catalog.module.css'
import { CatalogIcon } from './catalog-icon.tsx'

interface AppCardsProps {
  readonly groups: readonly AppGroup[]
  readonly selected: string | undefined
  readonly onSelect: (name: string) => void
  readonly stale: boolean
  /** Shown if there are no apps. */
  readonly none: string
}

const CARD_WIDTH = 250
const CARD_HEIGHT = 150

export function AppCards({ groups, selected, onSelect, stale, none }: AppCardsProps) {
  const { ref: sizeRef, width } = useElementSize()
  const body = useRef<HTMLDivElement>(null)
  const bodyRef = useMergedRef(body, sizeRef)
  const across = Math.max(1, Math.floor(width / CARD_WIDTH))
  const virtual = useVirtualizer({
    count: Math.ceil(groups.length / across),
    getScrollElement: () => body.current,
    estimateSize: () => CARD_HEIGHT,
    overscan: 3
  })
  return (
    <section className={styles.cards} ref={bodyRef} aria-label={t`Apps`} data-stale={stale || undefined}>
      {groups.length === 0 ? <p className={styles.none}>{none}</p> : null}
      <ul style={{ height: virtual.getTotalSize() }}>
        {virtual.getVirtualItems().flatMap(line =>
          groups.slice(line.index * across, (line.index + 1) * across).map((group, column) => (
            <li
              key={group.name}
              style={{
                height: line.size,
                width: `${100 / across}%`,
                transform: `translate(${column * 100}%, ${line.start}px)`
              }}
            >
              <Card group={group} selected={group.name === selected} onSelect={onSelect} />
            </li>
          ))
        )}
      </ul>
    </section>
  )
}

interface CardProps {
  readonly group: AppGroup
  readonly selected: boolean
  readonly onSelect: (name: string) => void
}

function Card({ group: { name, latest, versions }, selected, onSelect }: CardProps) {
  return (
    <UnstyledButton
      className={styles.card}
      aria-pressed={selected}
      aria-label={visibleText(`${latest.title} ${latest.version}`)}
      onClick={() => onSelect(name)}
    >
      <CatalogIcon app={latest} size={36} />
      <span className={styles.cardTitle}>
        <strong>
          <Name>{latest.title}</Name>
        </strong>
        <span className={styles.dim}>
          <Name>{`${latest.version}, ${latest.owner}`}</Name>
        </span>
      </span>
      <span className={styles.cardText}>{visibleText(latest.description)}</span>
      <span className={styles.cardFoot}>
        <Name>{latest.category}</Name>
        <span>{plural(versions.length, 'version')}</span>
        <span>{visibilityText(latest.visibility)}</span>
      </span>
    </UnstyledButton>
  )
}
