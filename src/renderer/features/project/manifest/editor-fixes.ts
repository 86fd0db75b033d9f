/** Findings in the text: what is underlined, and the fix by click or key. */
import { type Diagnostic, forEachDiagnostic } from '@codemirror/lint'
import type { EditorView } from '@codemirror/view'
import type { Finding } from '#shared/finding.ts'

/** `text` is what the finding speaks of, and what is shown now. */
export function diagnosticOf(text: string, finding: Finding): Diagnostic {
  const end = text.length
  const from = Math.min(finding.range?.from ?? 0, end)
  const to = Math.min(Math.max(finding.range?.to ?? 0, from), end)
  const { fix } = finding
  return {
    from,
    to,
    severity: finding.severity,
    message: finding.message,
    source: finding.rule,
    // Lines for another file are no edits of this one.
    ...(fix && !fix.requirements
      ? {
          actions: [
            {
              name: fix.title,
              apply(current: EditorView) {
                // Its edits speak of the text it was found in; a newer text gets its own findings in a moment.
                if (current.state.sliceDoc() !== text) return
                current.dispatch({ changes: [...fix.edits], userEvent: 'input.fix' })
                current.focus()
              }
            }
          ]
        }
      : {})
  }
}

/** Applies the fix of the finding at the cursor, else of the first one on its line. */
export function applyFixAtCursor(view: EditorView): boolean {
  const { head } = view.state.selection.main
  const line = view.state.doc.lineAt(head)
  const found: { diagnostic: Diagnostic; from: number; distance: number }[] = []
  forEachDiagnostic(view.state, (diagnostic, from, to) => {
    if (!diagnostic.actions?.length || from > line.to || to < line.from) return
    found.push({ diagnostic, from, distance: head >= from && head <= to ? 0 : Math.abs(head - from) + 1 })
  })
  const [nearest] = found.sort((a, b) => a.distance - b.distance)
  nearest?.diagnostic.actions?.[0]?.apply(view, nearest.from, nearest.diagnostic.to)
  return nearest !== undefined
}
