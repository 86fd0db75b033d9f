/** Styles of the manifest's text: colours from the tokens, in both themes. */
import { HighlightStyle } from '@codemirror/language'
import { EditorView } from '@codemirror/view'
import { tags } from '@lezer/highlight'

export const COLOURS = HighlightStyle.define([
  { tag: tags.comment, color: 'var(--q-dim)', fontStyle: 'italic' },
  { tag: [tags.string, tags.special(tags.string)], color: 'var(--q-good)' },
  { tag: [tags.number, tags.bool, tags.atom], color: 'var(--q-busy)' },
  { tag: [tags.propertyName, tags.definition(tags.propertyName)], color: 'var(--q-accent-text)' },
  { tag: [tags.bracket, tags.punctuation], color: 'var(--q-dim)' }
])

export const LOOK = EditorView.theme({
  '&': { height: '100%', fontSize: '0.8125rem', backgroundColor: 'var(--q-surface)', color: 'var(--q-text)' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mantine-font-family-monospace)', lineHeight: '1.6' },
  '.cm-content': { padding: '8px 0', caretColor: 'var(--q-text)' },
  '.cm-cursor': { borderLeftColor: 'var(--q-text)' },
  '.cm-gutters': { backgroundColor: 'var(--q-surface)', color: 'var(--q-dim)', border: 'none' },
  '.cm-lineNumbers .cm-gutterElement': { padding: '0 8px 0 16px', fontSize: '0.75rem' },
  '.cm-linked': { backgroundColor: 'var(--q-accent-soft)' },
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
