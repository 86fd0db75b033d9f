/** Extensions of the manifest's editor: keys, colours, history, and reporting of changes. */
import {
  defaultKeymap,
  history,
  historyField,
  historyKeymap,
  indentWithTab,
  redoDepth,
  undoDepth
} from '@codemirror/commands'
import { bracketMatching, StreamLanguage, syntaxHighlighting } from '@codemirror/language'
import { lintGutter, lintKeymap } from '@codemirror/lint'
import { highlightSelectionMatches, searchKeymap } from '@codemirror/search'
import { EditorState, type Extension, Prec, StateEffect, StateField } from '@codemirror/state'
import {
  Decoration,
  type DecorationSet,
  drawSelection,
  EditorView,
  highlightActiveLine,
  keymap,
  lineNumbers
} from '@codemirror/view'
import { styleNonce } from '../../../window/csp.ts'
import { actionOf, leaveToWindow } from '../../../window/keys.ts'
import { applyFixAtCursor } from './editor-fixes.ts'
import { COLOURS, LOOK } from './editor-look.ts'
import { PHRASES } from './editor-phrases.ts'
import { tomlLanguage } from './toml-language.ts'

/** Number of steps that can be undone and redone. */
export interface HistoryDepth {
  readonly undo: number
  readonly redo: number
}

export interface Handlers {
  readonly label: string
  /** True if the text cannot be edited; it is shown as far as possible. */
  readonly readOnly?: boolean
  readonly onChange: (text: string) => void
  readonly onSave: () => void
  readonly onHistory?: (depth: HistoryDepth) => void
}

export const HISTORY_FIELD = { history: historyField }

/** Marks the place focused in the form; undefined removes the mark. */
export const link = StateEffect.define<{ readonly from: number; readonly to: number } | undefined>()

export function extensionsOf({ label, readOnly = false, onChange, onSave, onHistory }: Handlers): Extension {
  const takeKey = (event: KeyboardEvent, view: EditorView) => {
    if (leaveToWindow(event)) return true
    const action = actionOf(event)
    if (action === 'part:save') onSave()
    else if (action === 'part:fix') return applyFixAtCursor(view)
    return action === 'part:save'
  }
  return [
    // Only LF ends a line: CR stays in the text as a character, so that the editor changes no bytes on its own.
    EditorState.lineSeparator.of('\n'),
    EditorState.readOnly.of(readOnly),
    EditorState.phrases.of(PHRASES),
    lineNumbers(),
    history({ minDepth: 500 }),
    drawSelection(),
    bracketMatching(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    StreamLanguage.define(tomlLanguage),
    syntaxHighlighting(COLOURS),
    lintGutter(),
    linked,
    // Before the editor's own keys: the user may have assigned one of them to an action.
    Prec.highest(EditorView.domEventHandlers({ keydown: takeKey })),
    keymap.of([
      { key: 'Alt-Enter', run: applyFixAtCursor },
      { key: 'Enter', run: newlineLikeTheRest },
      ...lintKeymap,
      ...searchKeymap,
      ...defaultKeymap,
      ...historyKeymap,
      // After Escape, Tab leaves the editor, so that the keyboard focus is never trapped.
      indentWithTab
    ]),
    EditorView.cspNonce.of(styleNonce()),
    EditorView.contentAttributes.of({ 'aria-label': label, spellcheck: 'false', tabindex: '0' }),
    EditorView.updateListener.of(({ docChanged, transactions, state }) => {
      if (!docChanged) return
      onHistory?.({ undo: undoDepth(state), redo: redoDepth(state) })
      if (!transactions.some(transaction => transaction.isUserEvent('set'))) onChange(state.sliceDoc())
    }),
    LOOK
  ]
}

const LINKED_LINES = 200

const linked = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(marks, transaction) {
    let next = marks.map(transaction.changes)
    for (const effect of transaction.effects) {
      if (effect.is(link)) next = effect.value ? marked(transaction.state, effect.value) : Decoration.none
    }
    return next
  },
  provide: field => EditorView.decorations.from(field)
})

function marked({ doc }: EditorState, { from, to }: { from: number; to: number }): DecorationSet {
  const first = doc.lineAt(from).number
  const last = Math.min(doc.lineAt(to).number, first + LINKED_LINES)
  const lines = Array.from({ length: last - first + 1 }, (_, index) => doc.line(first + index))
  return Decoration.set(lines.map(line => Decoration.line({ class: 'cm-linked' }).range(line.from)))
}

/** Ends new lines with CR LF if the file's first line does. */
function newlineLikeTheRest(view: EditorView): boolean {
  const { state } = view
  if (!state.doc.line(1).text.endsWith('\r')) return false
  view.dispatch(state.replaceSelection('\r\n'), { scrollIntoView: true, userEvent: 'input' })
  return true
}
