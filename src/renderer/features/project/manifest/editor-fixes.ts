/** Findings in the text: underlines them and offers fixes by click or key. */
import { type Diagnostic, forEachDiagnostic } from '@codemirror/lint'
import type { EditorView } from '@codemirror/view'
import type { Finding } from '#shared/finding.ts'

/** `text` is the checked text, which is also the shown text. */
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
    // A fix that adds lines to another file cannot be applied here.
    ...(fix && !fix.requirements
      ? {
          actions: [
            {
              name: fix.title,
              apply(current: EditorView) {
                // The edits only fit the checked text; a newer text soon gets its own findings.
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

/** Applies the fix of the finding at the cursor, otherwise of the nearest one on its line. */
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
