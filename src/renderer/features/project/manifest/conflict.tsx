/** Shows both versions if the manifest changed on disk in a part edited here; the user chooses. */
import { Button } from '@mantine/core'
import { useMemo, useState } from 'react'
import { t } from '#shared/language.ts'
import type { ManifestText } from '#shared/project.ts'
import { plural } from '../../../labels/humanise.ts'
import { type Draft, setDraft } from '../../../manifest/drafts.ts'
import { type Conflict, conflictsOf, type MergePart, resolved } from '../../../manifest/merge.ts'
import { mergeManifest } from '../../../manifest/merge-manifest.ts'
import { standOn } from '../../../manifest/reconcile.ts'
import parts from '../../../ui/parts.module.css'
import form from './form.module.css'
import styles from './manifest.module.css'

/** The parts of both texts if the user must choose; undefined otherwise. */
export function useConflict(draft: Draft | undefined, file: ManifestText): readonly MergePart[] | undefined {
  return useMemo(() => {
    if (!draft || draft.revision === file.revision || draft.text === file.text) return undefined
    const merged = mergeManifest(draft, file.text)
    return conflictsOf(merged).length > 0 ? merged : undefined
  }, [draft, file])
}

type Side = 'mine' | 'theirs'

interface ConflictCardProps {
  readonly path: string
  readonly file: ManifestText
  readonly parts: readonly MergePart[]
}

export function ConflictCard({ path, file, parts: merged }: ConflictCardProps) {
  const conflicts = conflictsOf(merged)
  const [choices, setChoices] = useState<readonly (Side | undefined)[]>([])
  const open = conflicts.length - choices.filter(Boolean).length

  function choose(next: readonly (Side | undefined)[]) {
    const text = resolved(merged, next)
    if (text === undefined) setChoices(next)
    else {
      setChoices([])
      standOn(path, file, text)
    }
  }

  const all = (side: Side) => choose(conflicts.map(() => side))
  return (
    <section className={`${parts.card} ${styles.notice}`} data-tone="busy" role="alert">
      <p className={parts.cardTitle}>{t`${file.file} changed on disk while you were editing it`}</p>
      <p className={parts.cardText}>
        {plural(
          conflicts.length,
          'place was changed both here and on disk.',
          'places were changed both here and on disk.'
        )}{' '}
        {t`Choose what stays; everything else is merged. Nothing is written before you save.`}
      </p>
      <ul className={styles.conflicts}>
        {conflicts.map((conflict, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a conflict is identified by its place
          <li key={index}>
            <Choice
              conflict={conflict}
              chosen={choices[index]}
              onChoose={side => choose(conflicts.map((_, at) => (at === index ? side : choices[at])))}
            />
          </li>
        ))}
      </ul>
      <div className={styles.restingActions}>
        <Button onClick={() => all('mine')}>{t`Keep mine`}</Button>
        <Button onClick={() => all('theirs')}>{t`Take theirs`}</Button>
        <Button variant="subtle" onClick={() => setDraft(path, undefined)}>
          {t`Reload and drop my changes`}
        </Button>
        {open < conflicts.length ? (
          <span className={form.help}>{plural(open, 'place to choose', 'places to choose')}</span>
        ) : null}
      </div>
    </section>
  )
}

interface ChoiceProps {
  readonly conflict: Conflict
  readonly chosen: Side | undefined
  readonly onChoose: (side: Side) => void
}

function Choice({ conflict, chosen, onChoose }: ChoiceProps) {
  const sides = [
    ['mine', t`Mine, line ${conflict.line.mine}`, t`Use mine`],
    ['theirs', t`On disk, line ${conflict.line.theirs}`, t`Use theirs`]
  ] as const
  return (
    <div className={styles.choice}>
      {sides.map(([side, title, action]) => (
        <div key={side} className={styles.side} data-chosen={chosen === side || undefined}>
          <div className={styles.sideHead}>
            <span>{title}</span>
            <Button size="compact-xs" aria-pressed={chosen === side} onClick={() => onChoose(side)}>
              {action}
            </Button>
          </div>
          {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
          <pre tabIndex={0}>{shown(conflict[side])}</pre>
        </div>
      ))}
    </div>
  )
}

const SHOWN_CHARS = 4_000

function shown(text: string): string {
  if (text === '') return t`(nothing)`
  return text.length > SHOWN_CHARS ? `${text.slice(0, SHOWN_CHARS)}…` : text
}
