/** One xterm terminal for a log: read-only, safe, in the colours of the theme. Loaded only when a log is opened. */
import { FitAddon } from '@xterm/addon-fit'
import { type ISearchOptions, SearchAddon } from '@xterm/addon-search'
import { WebLinksAddon } from '@xterm/addon-web-links'
import { type ITheme, Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { openLink } from '../../lib/open-link.ts'

export const SCROLLBACK = 20_000

const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace'

const LIGHT: ITheme = {
  background: '#fbfbfc',
  foreground: '#22272e',
  cursor: '#fbfbfc',
  selectionBackground: '#c9dcfb',
  overviewRulerBorder: '#00000000',
  scrollbarSliderBackground: '#59626f2e',
  scrollbarSliderHoverBackground: '#59626f55',
  scrollbarSliderActiveBackground: '#59626f77',
  black: '#22272e',
  red: '#b4231b',
  green: '#14704a',
  yellow: '#8a5800',
  blue: '#2158c4',
  magenta: '#8a3aa8',
  cyan: '#0f6d7c',
  white: '#59626f',
  brightBlack: '#59626f',
  brightRed: '#b4231b',
  brightGreen: '#14704a',
  brightYellow: '#8a5800',
  brightBlue: '#2158c4',
  brightMagenta: '#8a3aa8',
  brightCyan: '#0f6d7c',
  brightWhite: '#22272e'
}
const DARK: ITheme = {
  background: '#0f1215',
  foreground: '#d6dbe1',
  cursor: '#0f1215',
  selectionBackground: '#2e4877',
  overviewRulerBorder: '#00000000',
  scrollbarSliderBackground: '#9ba5b32e',
  scrollbarSliderHoverBackground: '#9ba5b355',
  scrollbarSliderActiveBackground: '#9ba5b377',
  black: '#5c6672',
  red: '#ff8a80',
  green: '#64cf98',
  yellow: '#edc15c',
  blue: '#83adf9',
  magenta: '#d49cf0',
  cyan: '#62c6d6',
  white: '#d6dbe1',
  brightBlack: '#8a94a1',
  brightRed: '#ffa59d',
  brightGreen: '#86dfb0',
  brightYellow: '#f5d283',
  brightBlue: '#a5c4fb',
  brightMagenta: '#e2bbf5',
  brightCyan: '#8ad7e3',
  brightWhite: '#ffffff'
}

const MATCHES = {
  light: {
    matchBackground: '#fbe7a8',
    matchOverviewRuler: '#8a5800',
    activeMatchBackground: '#f5b942',
    activeMatchColorOverviewRuler: '#b4231b'
  },
  dark: {
    matchBackground: '#4d3d10',
    matchOverviewRuler: '#edc15c',
    activeMatchBackground: '#8a6a10',
    activeMatchColorOverviewRuler: '#ffffff'
  }
} as const

export interface FindOptions {
  readonly caseSensitive: boolean
  readonly wholeWord: boolean
  readonly regex: boolean
}

export interface LogTerminal {
  readonly columns: () => number
  /** Resolves once the text is parsed: this is what slows the reader to the pace of the screen. */
  write(text: string): Promise<void>
  clear(): void
  fit(): void
  focus(): void
  setDark(dark: boolean): void
  atBottom(): boolean
  toBottom(): void
  onScroll(listener: () => void): void
  /** False when nothing matches; throws SyntaxError for a bad regular expression. */
  find(text: string, options: FindOptions, direction: 'next' | 'previous', incremental?: boolean): boolean
  endFind(): void
  onResults(listener: (index: number, count: number) => void): void
  dispose(): void
}

/** Opens a terminal in `element`. `onFind` is called for Ctrl+F, n and N while it has the focus. */
export function createTerminal(
  element: HTMLElement,
  dark: boolean,
  onFind: (key: 'find' | 'next' | 'previous') => void
): LogTerminal {
  let isDark = dark
  const terminal = new Terminal({
    allowProposedApi: true,
    convertEol: false,
    cursorBlink: false,
    cursorInactiveStyle: 'none',
    disableStdin: true,
    fontFamily: MONO,
    fontSize: 12,
    lineHeight: 1.35,
    linkHandler: { activate: (_event, text) => void openLink(text) },
    minimumContrastRatio: 4.5,
    overviewRuler: { width: 10 },
    screenReaderMode: false,
    scrollback: SCROLLBACK,
    theme: dark ? DARK : LIGHT
  })
  const fit = new FitAddon()
  const search = new SearchAddon({ highlightLimit: 1_000 })
  terminal.loadAddon(fit)
  terminal.loadAddon(search)
  terminal.loadAddon(new WebLinksAddon((_event, uri) => void openLink(uri)))
  terminal.open(element)
  terminal.textarea?.setAttribute('aria-label', 'Log')
  terminal.attachCustomKeyEventHandler(event => {
    const action = findKey(event)
    if (action) {
      event.preventDefault()
      onFind(action)
    }
    return action === undefined
  })

  const options = (find: FindOptions, incremental: boolean): ISearchOptions => ({
    ...find,
    incremental,
    decorations: MATCHES[isDark ? 'dark' : 'light']
  })
  return {
    columns: () => terminal.cols,
    write: text => new Promise(done => terminal.write(text, done)),
    clear() {
      search.clearDecorations()
      terminal.reset()
    },
    fit: () => fit.fit(),
    focus: () => terminal.focus(),
    setDark(next) {
      isDark = next
      terminal.options.theme = next ? DARK : LIGHT
    },
    atBottom: () => terminal.buffer.active.viewportY >= terminal.buffer.active.baseY,
    toBottom: () => terminal.scrollToBottom(),
    onScroll(listener) {
      terminal.onScroll(listener)
      element.addEventListener('wheel', () => requestAnimationFrame(listener), { passive: true })
    },
    find(text, find, direction, incremental = false) {
      if (find.regex) new RegExp(text)
      return direction === 'next'
        ? search.findNext(text, options(find, incremental))
        : search.findPrevious(text, options(find, incremental))
    },
    endFind: () => search.clearDecorations(),
    onResults(listener) {
      search.onDidChangeResults(({ resultIndex, resultCount }) => listener(resultIndex, resultCount))
    },
    dispose: () => terminal.dispose()
  }
}

function findKey(event: KeyboardEvent): 'find' | 'next' | 'previous' | undefined {
  if (event.type !== 'keydown') return undefined
  if ((event.ctrlKey || event.metaKey) && event.key === 'f') return 'find'
  if (event.ctrlKey || event.metaKey || event.altKey) return undefined
  if (event.key === 'n') return 'next'
  return event.key === 'N' ? 'previous' : undefined
}
