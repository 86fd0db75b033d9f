/** The CodeMirror view of the manifest: the text, and the undo history that form and text share. */
import { redo, redoDepth, undo, undoDepth } from '@codemirror/commands'
import { setDiagnostics } from '@codemirror/lint'
import { EditorState, Transaction } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import type { Finding, TextEdit } from '#shared/finding.ts'
import { diffLines, linesOf } from '../../../ui/line-diff.ts'
import { extensionsOf, type Handlers, HISTORY_FIELD, link } from './editor-extensions.ts'
import { diagnosticOf } from './editor-fixes.ts'

export interface Editor {
  /** Changes the shown text if it differs; keeps the selection, and the change can be undone. */
  setText(text: string): void
  /** Sets the findings of the text shown now. */
  setFindings(findings: readonly Finding[]): void
  /** Applies edits to the text shown now, like typing: continuous typing is one undo step. */
  apply(edits: readonly TextEdit[], event?: 'type' | 'change'): void
  undo(): void
  redo(): void
  /** Selects a place and focuses the editor. */
  reveal(range: Range): void
  /** Marks the lines of a place and scrolls to them, without moving the focus. */
  link(range: Range | undefined): void
  destroy(): void
}

interface Range {
  readonly from: number
  readonly to: number
}

interface EditorOptions extends Handlers {
  readonly text: string
  /** Identifies the undo history, which continues when the editor is opened again. */
  readonly key: string
}

/** The last few states of closed editors, for their undo histories. */
const left = new Map<string, unknown>()
const LEFT_KEPT = 8

/** Offsets are UTF-16 code units of the file's exact text. */
export function createEditor(parent: HTMLElement, options: EditorOptions): Editor {
  const { key, text } = options
  const view = new EditorView({ parent, state: resumed(options) })
  const setText = (after: string) => {
    const before = view.state.sliceDoc()
    if (before === after) return
    const annotations = Transaction.userEvent.of('set')
    view.dispatch({ changes: lineChanges(before, after), annotations })
  }
  const reportHistory = () =>
    options.onHistory?.({ undo: undoDepth(view.state), redo: redoDepth(view.state) })
  setText(text)
  reportHistory()
  return {
    setText,
    setFindings(findings) {
      const text = view.state.sliceDoc()
      const diagnostics = findings.map(finding => diagnosticOf(text, finding))
      view.dispatch(setDiagnostics(view.state, diagnostics))
    },
    apply(edits, event = 'change') {
      if (edits.length === 0) return
      const userEvent = event === 'type' ? 'input.type.form' : 'input.form'
      view.dispatch({ changes: [...edits], userEvent })
    },
    undo: () => void undo(view),
    redo: () => void redo(view),
    reveal({ from, to }) {
      const end = view.state.doc.length
      const anchor = Math.min(from, end)
      view.dispatch({
        selection: { anchor, head: Math.min(to, end) },
        effects: EditorView.scrollIntoView(anchor, { y: 'center' })
      })
      view.focus()
    },
    link(range) {
      const end = view.state.doc.length
      const at = range && { from: Math.min(range.from, end), to: Math.min(range.to, end) }
      const scroll = at ? [EditorView.scrollIntoView(at.from, { y: 'nearest', yMargin: 40 })] : []
      view.dispatch({ effects: [link.of(at), ...scroll] })
    },
    destroy() {
      left.delete(key)
      left.set(key, view.state.toJSON(HISTORY_FIELD))
      for (const oldest of [...left.keys()].slice(0, -LEFT_KEPT)) left.delete(oldest)
      view.destroy()
    }
  }
}

function resumed(options: EditorOptions): EditorState {
  const extensions = extensionsOf(options)
  const json = left.get(options.key)
  if (json === undefined) return EditorState.create({ doc: options.text, extensions })
  return EditorState.fromJSON(json, { extensions }, HISTORY_FIELD)
}

/** Changes by lines, so that the cursor stays in its line. */
function lineChanges(before: string, after: string) {
  const lines = linesOf(before)
  const starts = [0]
  for (const line of lines) starts.push((starts.at(-1) ?? 0) + line.length)
  return diffLines(lines, linesOf(after)).map(({ from, to, lines: inserted }) => ({
    from: starts[from] ?? 0,
    to: starts[to] ?? before.length,
    insert: inserted.join('')
  }))
}
