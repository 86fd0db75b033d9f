/** The form and the text of a manifest, side by side; each shows the other's changes. */
import { Button } from '@mantine/core'
import { useElementSize } from '@mantine/hooks'
import { type RefObject, useEffect, useMemo, useRef } from 'react'
import { applyEdits, type Finding } from '#shared/finding.ts'
import { t } from '#shared/language.ts'
import type { Path } from '#shared/manifest-text/values.ts'
import type { ManifestText } from '#shared/project.ts'
import { ResizeHandle } from '../../../ui/resize-handle.tsx'
import { notifyError } from '../../../window/notify.tsx'
import { revealed, useReveal } from '../../../window/reveal.ts'
import { useView, view } from '../../../window/view.ts'
import type { Editor } from './editor.ts'
import type { HistoryDepth } from './editor-extensions.ts'
import type { FormActions } from './field.tsx'
import { focusField } from './focus-field.ts'
import { sameFinding } from './form-findings.ts'
import { editsOf } from './form-model.ts'
import styles from './manifest.module.css'
import { ManifestEditor } from './manifest-editor.tsx'
import { ManifestForm } from './manifest-form.tsx'
import { useFormModel } from './use-form-model.ts'

const FORM_MIN = 260
const TEXT_MIN = 260
/** Below this width, the panes are stacked: at 200 % zoom, or beside a wide panel. */
const SIDE_BY_SIDE = 660

interface ManifestPanesProps {
  readonly path: string
  readonly file: ManifestText
  readonly text: string
  readonly findings: readonly Finding[]
  readonly checkedText: string | undefined
  readonly editor: RefObject<Editor | undefined>
  readonly onChange: (text: string) => void
  readonly onSave: () => void
  readonly onHistory: (depth: HistoryDepth) => void
}

export function ManifestPanes(props: ManifestPanesProps) {
  const { path, file, text, findings, checkedText, editor } = props
  const { layout, textWidth } = useView(state => state.manifest)
  const { ref, width } = useElementSize()
  const form = useRef<HTMLElement>(null)
  const read = useFormModel(text)
  const { model, fault } = read
  const readOnly = file.problem !== undefined && text === file.text
  const latest = useRef({ ...props, ...read })
  latest.current = { ...props, ...read }
  const actions = useMemo(() => formActions(() => latest.current, form), [])
  useRevealed(latest.current, form)
  const sideBySide = layout === 'split' && width >= SIDE_BY_SIDE
  const textSize = Math.min(Math.max(textWidth ?? width / 2, TEXT_MIN), Math.max(TEXT_MIN, width - FORM_MIN))
  return (
    <div
      className={styles.panes}
      ref={ref}
      data-layout={layout}
      data-stacked={(layout === 'split' && !sideBySide) || undefined}
    >
      {layout === 'text' ? null : (
        <div className={styles.formPane}>
          {fault ? <RestingCard fault={fault} editor={editor} checked={findings} /> : null}
          {model ? (
            <ManifestForm
              ref={form}
              path={path}
              model={model}
              resting={fault !== undefined || readOnly}
              findings={findings}
              actions={actions}
            />
          ) : null}
        </div>
      )}
      {sideBySide ? (
        <ResizeHandle
          axis="x"
          label={t`Width of the text`}
          size={Math.round(textSize)}
          min={TEXT_MIN}
          max={width - FORM_MIN}
          onResize={next => view.manifest({ textWidth: next })}
        />
      ) : null}
      {/* Stays mounted when only the form is visible: it has the text and its history. */}
      <div
        className={styles.textPane}
        hidden={layout === 'form'}
        style={sideBySide ? { width: textSize, flex: 'none' } : undefined}
      >
        <ManifestEditor
          ref={editor}
          path={path}
          label={t`Text of ${file.file}`}
          text={text}
          readOnly={readOnly}
          findings={findings}
          checkedText={checkedText}
          onChange={props.onChange}
          onSave={props.onSave}
          onHistory={props.onHistory}
        />
      </div>
    </div>
  )
}

/** Why the form is disabled, and how to fix it. */
function RestingCard({
  fault,
  editor,
  checked
}: {
  fault: Finding
  editor: RefObject<Editor | undefined>
  checked: readonly Finding[]
}) {
  const { fix } =
    checked.find(({ rule, message }) => rule === fault.rule && message === fault.message) ?? fault
  const range = fault.range
  return (
    <section className={styles.resting} role="status">
      <p>
        <strong>{t`The form waits for the text to be TOML again.`}</strong> {fault.message}{' '}
        {fault.line ? t`Line ${fault.line}.` : ''}
      </p>
      <div className={styles.restingActions}>
        {fix ? <Button onClick={() => editor.current?.apply(fix.edits)}>{fix.title}</Button> : null}
        {range ? <Button onClick={() => showText(editor, range)}>{t`Go to the line`}</Button> : null}
      </div>
    </section>
  )
}

function showText(editor: RefObject<Editor | undefined>, range: { from: number; to: number }): void {
  if (useView.getState().manifest.layout === 'form') view.manifest({ layout: 'split' })
  // The pane must be visible before it can take the focus.
  requestAnimationFrame(() => editor.current?.reveal(range))
}

type Current = ManifestPanesProps & ReturnType<typeof useFormModel>

function formActions(current: () => Current, form: RefObject<HTMLElement | null>): FormActions {
  const modelNow = () => {
    const { model, text, readNow } = current()
    return model?.source.text === text ? model : readNow(text)
  }
  const rangeOf = (path: Path) => {
    for (let depth = path.length; depth > 0; depth -= 1) {
      const place = modelNow()?.source.places.at(path.slice(0, depth))
      const range = place?.key && place.value ? { from: place.key.from, to: place.value.to } : place?.key
      if (range) return range
    }
    return undefined
  }
  return {
    change(change, event = 'change') {
      const model = modelNow()
      if (!model) return
      try {
        const edits = editsOf(model, change)
        if (edits.length === 0) return
        current().editor.current?.apply(edits, event)
        if (event === 'type' && change.kind === 'set' && typeof change.value === 'string')
          current().typed(model, change.path, change.value)
        else current().readNow(applyEdits(model.source.text, edits))
      } catch (error) {
        notifyError(error, t`The form cannot change this`)
      }
    },
    undo: () => current().editor.current?.undo(),
    redo: () => current().editor.current?.redo(),
    save: () => current().onSave(),
    fix(finding) {
      const { text, checkedText, editor, findings } = current()
      // The edits only fit the checked text; a newer text soon gets its own findings.
      const { fix } = findings.find(other => sameFinding(other, finding)) ?? {}
      if (!fix || checkedText !== text) return
      editor.current?.apply(fix.edits)
      focusField(form.current, finding.path, false)
    },
    at: path => current().editor.current?.link(rangeOf(path)),
    show(path) {
      const range = rangeOf(path)
      if (range) showText(current().editor, range)
    }
  }
}

/** Shows a clicked finding: focuses its field if only the form is visible, else its line, with the field in view. */
function useRevealed({ text, checkedText, editor }: Current, form: RefObject<HTMLElement | null>): void {
  const request = useReveal(state => state.request)
  const layout = useView(state => state.manifest.layout)
  useEffect(() => {
    if (!request || checkedText !== text) return
    revealed(request)
    const { path, range } = request.finding
    const found = focusField(form.current, path, layout === 'form')
    if (layout !== 'form' || !found) showText(editor, range ?? { from: 0, to: 0 })
  }, [request, checkedText, text, layout, editor, form])
}
