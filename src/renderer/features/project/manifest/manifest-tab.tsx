/** The manifest: form and text side by side, unsaved changes, and what to do if the file changed on disk. */
import { useCallback, useMemo, useRef, useState } from 'react'
import type { AppError } from '#shared/errors.ts'
import { t } from '#shared/language.ts'
import type { ManifestText } from '#shared/project.ts'
import { toAppError } from '../../../host/errors.ts'
import { useDraftLoaded } from '../../../manifest/draft-keeper.ts'
import { editText, setDraft, useDrafts } from '../../../manifest/drafts.ts'
import { useChecked, useSaveDraft } from '../../../manifest/manifest.ts'
import { RowsSkeleton } from '../../../ui/skeletons.tsx'
import { ErrorCard } from '../../../window/error-card.tsx'
import { useView, view } from '../../../window/view.ts'
import { ConflictCard, useConflict } from './conflict.tsx'
import type { Editor } from './editor.ts'
import styles from './manifest.module.css'
import { type BarActions, ManifestBar } from './manifest-bar.tsx'
import { ManifestPanes } from './manifest-panes.tsx'
import { LostCard, OddFileCard } from './odd-file.tsx'

interface ManifestTabProps {
  readonly path: string
  /** The file as last read. */
  readonly file: ManifestText
  /** Why the file cannot be read now. */
  readonly failure: Error | null
  readonly onRetry: () => void
}

export function ManifestTab(props: ManifestTabProps) {
  const loaded = useDraftLoaded(props.path)
  return loaded ? <LoadedTab {...props} /> : <RowsSkeleton rows={10} />
}

function LoadedTab({ path, file, failure, onRetry }: ManifestTabProps) {
  const draft = useDrafts(({ byPath }) => byPath[path])
  const { findings, text: checkedText } = useChecked(path)
  const layout = useView(state => state.manifest.layout)
  const editor = useRef<Editor>(undefined)
  const [canUndo, setCanUndo] = useState(false)
  const [canRedo, setCanRedo] = useState(false)
  const conflict = useConflict(draft, file)
  const unsaved = draft !== undefined
  const { save, saving, error } = useSaving(path, unsaved, conflict !== undefined || failure !== null)
  const text = draft?.text ?? file.text
  const shows = unsaved || (file.problem !== 'binary' && file.problem !== 'too-large')
  const own = useMemo(
    () => (findings ?? []).filter(finding => finding.file === undefined || finding.file === file.file),
    [findings, file.file]
  )
  const actions = useMemo<BarActions>(
    () => ({
      layout: next => view.manifest({ layout: next }),
      undo: () => editor.current?.undo(),
      redo: () => editor.current?.redo(),
      revert: () => setDraft(path, undefined),
      save
    }),
    [path, save]
  )
  return (
    <div className={styles.manifest}>
      <ManifestBar
        file={file.file}
        path={path}
        unsaved={unsaved}
        blocked={conflict !== undefined || failure !== null}
        saving={saving}
        layout={layout}
        canUndo={canUndo}
        canRedo={canRedo}
        actions={actions}
      />
      {conflict ? <ConflictCard path={path} file={file} parts={conflict} /> : null}
      {error ? (
        <div className={styles.notice}>
          <ErrorCard error={error} title={t`The manifest was not saved`} onRetry={save} />
        </div>
      ) : null}
      {failure ? <LostCard path={path} file={file} failure={failure} onRetry={onRetry} /> : null}
      {file.problem ? <OddFileCard path={path} file={file} /> : null}
      {shows ? (
        <ManifestPanes
          key={file.problem ?? 'text'}
          path={path}
          file={file}
          text={text}
          findings={own}
          checkedText={checkedText}
          editor={editor}
          onChange={next => editText(path, next, file)}
          onSave={save}
          onHistory={depth => {
            setCanUndo(depth.undo > 0)
            setCanRedo(depth.redo > 0)
          }}
        />
      ) : null}
    </div>
  )
}

function useSaving(path: string, unsaved: boolean, conflict: boolean) {
  const saveDraft = useSaveDraft()
  const [error, setError] = useState<AppError>()
  // Clear the error of a failed save once the change was undone or saved in another way.
  if (error && !unsaved) setError(undefined)
  const [saving, setSaving] = useState(false)
  const save = useCallback(() => {
    if (conflict) return
    setSaving(true)
    setError(undefined)
    void saveDraft(path)
      .catch(thrown => {
        const failure = toAppError(thrown)
        // A conflict has its own card, which offers solutions.
        if (failure.code !== 'CONFLICT') setError(failure)
      })
      .finally(() => setSaving(false))
  }, [path, conflict, saveDraft])
  return { save, saving, error }
}
