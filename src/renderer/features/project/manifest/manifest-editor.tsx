/** CodeMirror for the manifest: exact bytes, live findings, quick fixes by click or key. */
import { type Ref, useEffect, useImperativeHandle, useLayoutEffect, useRef } from 'react'
import type { Finding } from '#shared/finding.ts'
import { createEditor, type Editor } from './editor.ts'
import type { HistoryDepth } from './editor-extensions.ts'
import styles from './manifest.module.css'

interface ManifestEditorProps {
  /** Identifies the project, whose undo history continues when it is shown again. */
  readonly path: string
  readonly label: string
  readonly text: string
  readonly readOnly: boolean
  readonly findings: readonly Finding[]
  /** The checked text: findings are shown only while the editor shows this text. */
  readonly checkedText: string | undefined
  readonly onChange: (text: string) => void
  readonly onSave: () => void
  readonly onHistory: (depth: HistoryDepth) => void
  readonly ref: Ref<Editor | undefined>
}

export function ManifestEditor(props: ManifestEditorProps) {
  const { text, findings, checkedText, ref } = props
  const parent = useRef<HTMLDivElement>(null)
  const editor = useRef<Editor>(undefined)
  const latest = useRef(props)
  latest.current = props

  // Created once; text, findings and handlers are updated below.
  useLayoutEffect(() => {
    if (!parent.current) return
    const { path, label, readOnly } = latest.current
    const made = createEditor(parent.current, {
      key: path,
      text: latest.current.text,
      label,
      readOnly,
      onChange: next => latest.current.onChange(next),
      onSave: () => latest.current.onSave(),
      onHistory: depth => latest.current.onHistory(depth)
    })
    editor.current = made
    return () => {
      editor.current = undefined
      made.destroy()
    }
  }, [])

  useImperativeHandle(ref, () => editor.current, [])
  useEffect(() => editor.current?.setText(text), [text])
  useEffect(() => {
    if (checkedText === text) editor.current?.setFindings(findings)
  }, [findings, checkedText, text])

  return <div className={styles.editor} ref={parent} />
}
