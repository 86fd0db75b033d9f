/** The bar above the manifest: file name, saved or not, undo, and layout. */
import { ActionIcon, Button, SegmentedControl } from '@mantine/core'
import { Redo2, Undo2 } from 'lucide-react'
import { memo } from 'react'
import { t } from '#shared/language.ts'
import { useMerged } from '../../../manifest/reconcile.ts'
import { keyLabel, useKeyLabel } from '../../../window/keys.ts'
import { MANIFEST_LAYOUTS, type ManifestLayout } from '../../../window/view.ts'
import styles from './manifest.module.css'

const LAYOUT_WORDS = { split: t`Both`, form: t`Form`, text: 'TOML' } as const

interface ManifestBarProps {
  readonly path: string
  readonly file: string
  readonly unsaved: boolean
  /** True if the user must decide something before saving. */
  readonly blocked: boolean
  readonly saving: boolean
  readonly layout: ManifestLayout
  readonly canUndo: boolean
  readonly canRedo: boolean
  readonly actions: BarActions
}

/** Must always be the same objects, so that the bar renders only when its content changes. */
export interface BarActions {
  layout(layout: ManifestLayout): void
  undo(): void
  redo(): void
  revert(): void
  save(): void
}

export const ManifestBar = memo(DrawnBar)

function DrawnBar(props: ManifestBarProps) {
  const { path, file, unsaved, blocked, saving, layout, canUndo, canRedo, actions } = props
  const saveKeys = useKeyLabel('part:save')
  const merged = useMerged(({ byPath }) => byPath[path] !== undefined)
  const state = unsaved ? (merged ? t`Not saved, with a change on disk merged in` : t`Not saved`) : ''
  return (
    <div className={styles.bar}>
      <span className="mono">{file}</span>
      <span className={styles.unsaved} role="status">
        {state}
      </span>
      {unsaved ? (
        <>
          <Button variant="subtle" color="gray" onClick={actions.revert}>
            {t`Revert`}
          </Button>
          <Button disabled={blocked} loading={saving} onClick={actions.save} title={saveKeys}>
            {t`Save`}
          </Button>
        </>
      ) : null}
      <span className={styles.history}>
        <ActionIcon
          aria-label={t`Undo`}
          title={t`Undo (${keyLabel('Mod+Z')})`}
          disabled={!canUndo}
          onClick={actions.undo}
        >
          <Undo2 size={15} />
        </ActionIcon>
        <ActionIcon
          aria-label={t`Redo`}
          title={t`Redo (${keyLabel('Mod+Shift+Z')})`}
          disabled={!canRedo}
          onClick={actions.redo}
        >
          <Redo2 size={15} />
        </ActionIcon>
      </span>
      <SegmentedControl
        aria-label={t`How to show the manifest`}
        value={layout}
        onChange={value => actions.layout(value as ManifestLayout)}
        data={MANIFEST_LAYOUTS.map(value => ({ value, label: LAYOUT_WORDS[value] }))}
      />
    </div>
  )
}
