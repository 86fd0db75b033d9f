/** The CodeMirror view behind the manifest editor. Offsets are UTF-16 code units of the file's exact text. */
import { defaultKeymap, history, historyKeymap, indentWithTab } from '@codemirror/commands'
import { bracketMatching, HighlightStyle, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { toml } from '@codemirror/legacy-modes/mode/toml'
import { type Diagnostic, forEachDiagnostic, lintGutter, lintKeymap, setDiagnostics } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { EditorState, Transaction } from '@codemirror/state'
import { drawSelection, EditorView, highlightActiveLine, keymap, lineNumbers } from '@codemirror/view'
import { tags } from '@lezer/highlight'
import { applyEdits, type Finding } from '#shared/finding.ts'
import { styleNonce } from '../../lib/csp.ts'

export interface Editor {
  /** Shows this text where it is another; the selection and the undo history stay. */
  setText(text: string): void
  /** Findings of the text that is shown now. */
  setFindings(findings: readonly Finding[]): void
  reveal(range: { readonly from: number; readonly to: number }): void
  destroy(): void
}

interface EditorOptions {
  readonly text: string
  readonly label: string
  readonly onChange: (text: string) => void
  readonly onSave: () => void
}

export function createEditor(parent: HTMLElement, options: EditorOptions): Editor {
  const view = new EditorView({ parent, state: createState(options) })
  return {
    setText(text) {
      const before = textOf(view.state)
      if (before !== text)
        view.dispatch({ changes: difference(before, text), annotations: Transaction.userEvent.of('set') })
    },
    setFindings(findings) {
      view.dispatch(
        setDiagnostics(
          view.state,
          findings.map(finding => diagnosticOf(view, finding))
        )
      )
    },
    reveal({ from, to }) {
      const end = view.state.doc.length
      const anchor = Math.min(from, end)
      view.dispatch({
        selection: { anchor, head: Math.min(to, end) },
        effects: EditorView.scrollIntoView(anchor, { y: 'center' })
      })
      view.focus()
    },
    destroy: () => view.destroy()
  }
}

function createState({ text, label, onChange, onSave }: EditorOptions): EditorState {
  const saved = () => {
    onSave()
    return true
  }
  return EditorState.create({
    doc: text,
    extensions: [
      // Only LF ends a line: CR stays in the text as the character it is, so that no byte changes unasked.
      EditorState.lineSeparator.of('\n'),
      lineNumbers(),
      history(),
      drawSelection(),
      bracketMatching(),
      highlightActiveLine(),
      highlightSelectionMatches(),
      StreamLanguage.define(toml),
      syntaxHighlighting(COLOURS),
      lintGutter(),
      keymap.of([
        { key: 'Mod-s', preventDefault: true, run: saved },
        { key: 'Alt-Enter', run: applyFixAtCursor },
        { key: 'Mod-.', run: applyFixAtCursor },
        { key: 'Enter', run: newlineLikeTheRest },
        ...lintKeymap,
        ...searchKeymap,
        ...EDITING_KEYS,
        ...historyKeymap,
        // Tab leaves the editor once Escape was pressed, so that the keyboard is never trapped.
        indentWithTab
      ]),
      EditorView.cspNonce.of(styleNonce()),
      EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false' }),
      EditorView.updateListener.of(update => {
        const own = update.transactions.some(transaction => transaction.isUserEvent('set'))
        if (update.docChanged && !own) onChange(textOf(update.state))
      }),
      LOOK
    ]
  })
}

/** Ctrl+Enter is the window's: it takes the next step. */
const EDITING_KEYS = defaultKeymap.filter(({ key }) => key !== 'Mod-Enter')

const textOf = (state: EditorState) => state.sliceDoc()

/** The smallest single replacement that turns one text into another. */
function difference(before: string, after: string): { from: number; to: number; insert: string } {
  const shorter = Math.min(before.length, after.length)
  let start = 0
  while (start < shorter && before[start] === after[start]) start += 1
  let end = 0
  while (end < shorter - start && before.at(-1 - end) === after.at(-1 - end)) end += 1
  return { from: start, to: before.length - end, insert: after.slice(start, after.length - end) }
}

function diagnosticOf(view: EditorView, finding: Finding): Diagnostic {
  const end = view.state.doc.length
  const from = Math.min(finding.range?.from ?? 0, end)
  const to = Math.min(Math.max(finding.range?.to ?? 0, from), end)
  const text = textOf(view.state)
  const { fix } = finding
  return {
    from,
    to,
    severity: finding.severity,
    message: finding.message,
    source: finding.rule,
    ...(fix
      ? {
          actions: [
            {
              name: fix.title,
              apply(current: EditorView) {
                // Its edits speak of the text it was found in; a newer text gets its own findings in a moment.
                if (textOf(current.state) !== text) return
                current.dispatch({
                  changes: difference(text, applyEdits(text, fix.edits)),
                  userEvent: 'input.fix'
                })
                current.focus()
              }
            }
          ]
        }
      : {})
  }
}

/** Applies the fix of the finding at the cursor, else of the first one on its line. */
function applyFixAtCursor(view: EditorView): boolean {
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

/** In a file whose lines end in CR LF a new line does too. */
function newlineLikeTheRest(view: EditorView): boolean {
  const { state } = view
  if (!state.doc.line(1).text.endsWith('\r')) return false
  view.dispatch(state.replaceSelection('\r\n'), { scrollIntoView: true, userEvent: 'input' })
  return true
}

const COLOURS = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--q-dim)', fontStyle: 'italic' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--q-good)' },
  { tag: [tags.number, tags.bool, tags.atom], color: 'var(--q-busy)' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--q-accent-text)' },
  { tag: [tags.bracket, tags.punctuation], color: 'var(--q-dim)' }
])

const LOOK = EditorView.theme({
  '&': { height: '100%', fontSize: '0.8125rem', backgroundColor: 'var(--q-surface)', color: 'var(--q-text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.6' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--q-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--q-text)' },
  '.cm-gutters': { backgroundColor: 'var(--q-surface)', color: 'var(--q-dim)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 16px', fontSize: '0.75rem' },
  '.cm-activeLine': { backgroundColor: 'color-mix(in srgb, var(--q-hover) 55%, transparent)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground': {
    backgroundColor: 'color-mix(in srgb, var(--q-accent) 28%, transparent)'
  },
  '.cm-selectionMatch': { backgroundColor: 'color-mix(in srgb, var(--q-busy) 20%, transparent)' },
  '.cm-lintRange-error': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--q-bad)',
    textUnderlineOffset: '3px'
  },
  '.cm-lintRange-warning': {
    backgroundImage: 'none',
    textDecoration: 'underline wavy var(--q-busy)',
    textUnderlineOffset: '3px'
  },
  '.cm-lintRange-info': {
    backgroundImage: 'none',
    textDecoration: 'underline dotted var(--q-dim)',
    textUnderlineOffset: '3px'
  },
  '.cm-gutter-lint': { width: '16px' },
  '.cm-lint-marker': { content: '""', width: '8px', height: '8px', marginTop: '7px', borderRadius: '50%' },
  '.cm-lint-marker-error': {
    content: '""',
    backgroundColor: 'var(--q-bad)',
    borderRadius: '1px',
    transform: 'rotate(45deg)'
  },
  '.cm-lint-marker-warning': { content: '""', backgroundColor: 'var(--q-busy)' },
  '.cm-lint-marker-info': { content: '""', backgroundColor: 'var(--q-dim)' },
  '.cm-tooltip': {
    backgroundColor: 'var(--q-surface)',
    color: 'var(--q-text)',
    border: '1px solid var(--q-line-strong)',
    borderRadius: '7px',
    boxShadow: 'var(--q-shadow)',
    maxWidth: '520px'
  },
  '.cm-diagnostic': { padding: '8px 12px', border: 'none', fontFamily: 'var(--mantine-font-family)' },
  '.cm-diagnosticAction': {
    display: 'block',
    margin: '6px 0 2px',
    padding: '3px 10px',
    borderRadius: '5px',
    backgroundColor: 'var(--q-accent)',
    color: 'var(--q-surface)',
    fontSize: '0.75rem',
    cursor: 'pointer'
  },
  '.cm-diagnosticSource': { display: 'none' },
  '.cm-panels': { backgroundColor: 'var(--q-raised)', color: 'var(--q-text)', borderColor: 'var(--q-line)' },
  '.cm-panel.cm-panel-lint ul [aria-selected]': {
    backgroundColor: 'var(--q-accent-soft)',
    color: 'var(--q-text)'
  },
  '.cm-textfield': {
    backgroundColor: 'var(--q-surface)',
    border: '1px solid var(--q-line-strong)',
    borderRadius: '4px'
  },
  '.cm-button': {
    backgroundImage: 'none',
    backgroundColor: 'var(--q-surface)',
    border: '1px solid var(--q-line-strong)',
    borderRadius: '4px',
    color: 'var(--q-text)'
  }
})
