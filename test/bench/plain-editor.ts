/** A CodeMirror without our code, for a page to compare with: text, lines, history. */
import { defaultKeymap, history } from '@codemirror/commands'
import { EditorView, keymap, lineNumbers } from '@codemirror/view'

Object.assign(window, {
  plainEditor: (parent: HTMLElement, doc: string) =>
    new EditorView({ parent, doc, extensions: [lineNumbers(), history(), keymap.of(defaultKeymap)] })
})
