/** The manifest as text: editor, what is not saved, and what to do when the file changed underneath. */
import { Button } from '@mantine/core'
import { useState } from 'react'
import type { AppError } from '#shared/errors.ts'
import type { ManifestText } from '#shared/project.ts'
import { setDraft, useDrafts } from '../../lib/drafts.ts'
import { toAppError } from '../../lib/errors.ts'
import { useChecked, useSaveDraft } from '../../lib/manifest.ts'
import { useReveal } from '../../lib/reveal.ts'
import { ErrorCard } from '../../ui/cards.tsx'
import parts from '../../ui/parts.module.css'
import { ManifestEditor } from './manifest-editor.tsx'
import styles from './project.module.css'

export function ManifestTab({ path, file }: { path: string; file: ManifestText }) {
  const draft = useDrafts(({ byPath }) => byPath[path])
  const { findings, text: checkedText } = useChecked(path)
  const reveal = useReveal(state => state.request)
  const saveDraft = useSaveDraft()
  const [error, setError] = useState<AppError>()
  const [saving, setSaving] = useState(false)
  const conflict = draft !== undefined && draft.revision !== file.revision && draft.text !== file.text

  function edit(text: string) {
    setDraft(path, text === file.text ? undefined : { text, revision: draft?.revision ?? file.revision })
  }

  async function save() {
    if (conflict) return
    setSaving(true)
    setError(undefined)
    await saveDraft(path).catch(thrown => {
      const failure = toAppError(thrown)
      // A conflict is told by the banner, which knows what to do about it.
      if (failure.code !== 'CONFLICT') setError(failure)
    })
    setSaving(false)
  }

  return (
    <div className={styles.manifest}>
      <div className={styles.bar}>
        <span className="mono">{file.file}</span>
        <span className={styles.unsaved} role="status">
          {draft ? 'Not saved' : ''}
        </span>
        {draft ? (
          <>
            <Button variant="subtle" color="gray" onClick={() => setDraft(path, undefined)}>
              Revert
            </Button>
            <Button disabled={conflict} loading={saving} onClick={() => void save()} title="Ctrl+S">
              Save
            </Button>
          </>
        ) : null}
      </div>
      {conflict ? (
        <section className={parts.card} data-tone="busy" role="alert" style={{ margin: '0 20px 10px' }}>
          <p className={parts.cardTitle}>{file.file} changed on disk while you were editing it</p>
          <p className={parts.cardText}>
            Another program wrote it. Reload shows its text and drops yours; Keep mine lets your next save
            replace it.
          </p>
          <div style={{ display: 'flex', gap: 8, marginTop: 8 }}>
            <Button onClick={() => setDraft(path, undefined)}>Reload</Button>
            <Button onClick={() => setDraft(path, { text: draft.text, revision: file.revision })}>
              Keep mine
            </Button>
          </div>
        </section>
      ) : null}
      {error ? (
        <div style={{ margin: '0 20px 10px' }}>
          <ErrorCard error={error} title="The manifest was not saved" onRetry={() => void save()} />
        </div>
      ) : null}
      <ManifestEditor
        label={`Text of ${file.file}`}
        text={draft?.text ?? file.text}
        findings={(findings ?? []).filter(
          finding => finding.file === undefined || finding.file === file.file
        )}
        checkedText={checkedText}
        reveal={reveal}
        onChange={edit}
        onSave={() => void save()}
      />
    </div>
  )
}
