/** CodeMirror for the manifest: exact bytes, live findings, quick fixes by click or key. */
import { useEffect, useRef } from 'react'
import type { Finding } from '#shared/finding.ts'
import { createEditor, type Editor } from './editor.ts'
import styles from './project.module.css'

interface ManifestEditorProps {
  readonly label: string
  readonly text: string
  readonly findings: readonly Finding[]
  /** The text the findings speak of: they are drawn only while it is what the editor shows. */
  readonly checkedText: string | undefined
  readonly reveal: { readonly finding: Finding; readonly number: number } | undefined
  readonly onChange: (text: string) => void
  readonly onSave: () => void
}

export function ManifestEditor(props: ManifestEditorProps) {
  const { label, text, findings, checkedText, reveal } = props
  const parent = useRef<HTMLDivElement>(null)
  const editor = useRef<Editor>(undefined)
  const latest = useRef(props)
  latest.current = props
  const revealed = useRef(0)

  // biome-ignore lint/correctness/useExhaustiveDependencies: made once; text, findings and handlers are brought up to date below
  useEffect(() => {
    if (!parent.current) return
    const made = createEditor(parent.current, {
      text: latest.current.text,
      label,
      onChange: next => latest.current.onChange(next),
      onSave: () => latest.current.onSave()
    })
    editor.current = made
    return () => {
      editor.current = undefined
      made.destroy()
    }
  }, [])

  useEffect(() => editor.current?.setText(text), [text])
  useEffect(() => {
    if (checkedText === text) editor.current?.setFindings(findings)
  }, [findings, checkedText, text])
  useEffect(() => {
    if (!reveal || reveal.number === revealed.current || checkedText !== text) return
    revealed.current = reveal.number
    editor.current?.reveal(reveal.finding.range ?? { from: 0, to: 0 })
  }, [reveal, checkedText, text])

  return <div className={styles.editor} ref={parent} />
}
