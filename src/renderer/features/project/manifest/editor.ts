/** The CodeMirror view behind the manifest: text, and the one undo history that form and text share. */
import { redo, redoDepth, undo, undoDepth } from '@codemirror/commands'
import { setDiagnostics } from '@codemirror/lint'
import { EditorState, Transaction } from '@codemirror/state'
import { EditorView } from '@codemirror/view'
import type { Finding, TextEdit } from '#shared/finding.ts'
import { diffLines, linesOf } from '../../../ui/line-diff.ts'
import { extensionsOf, type Handlers, HISTORY_FIELD, link } from './editor-extensions.ts'
import { diagnosticOf } from './editor-fixes.ts'

export interface Editor {
  /** Shows this text where it is another; the selection stays, and it can be undone. */
  setText(text: string): void
  /** Findings of the text that is shown now. */
  setFindings(findings: readonly Finding[]): void
  /** Edits of the text that is shown now, as typing is: what is typed in one go is undone in one go. */
  apply(edits: readonly TextEdit[], event?: 'type' | 'change'): void
  undo(): void
  redo(): void
  /** Selects a place and takes the keyboard there. */
  reveal(range: Range): void
  /** Marks the lines of a place and brings them into view, without taking the keyboard. */
  link(range: Range | undefined): void
  destroy(): void
}

interface Range {
  readonly from: number
  readonly to: number
}

interface EditorOptions extends Handlers {
  readonly text: string
  /** Whose undo history goes on where it was left. */
  readonly key: string
}

/** States of editors that are not on screen, for their undo histories; the last few. */
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

/** Changes by lines, so that a cursor stays in the line it is in. */
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
