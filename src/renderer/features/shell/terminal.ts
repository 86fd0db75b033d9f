/** The terminal of a shell, in the colours of the theme. Loaded only when a shell is opened. */
import { FitAddon } from '@xterm/addon-fit'
import { type ITheme, Terminal } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import type { Size } from '#shared/shell-session.ts'
import { openLink } from '../../actions/open-link.ts'

const MONO = 'ui-monospace, "SF Mono", "Cascadia Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace'
const SCROLLBACK = 5_000

export interface ShellTerminal {
  readonly size: Size
  /** Resolves when the text is on screen. */
  show(text: string): Promise<void>
  onType(listener: (text: string) => void): void
  onResize(listener: (size: Size) => void): void
  focus(): void
  dispose(): void
}

/** Creates a terminal in the element. It takes every key except F6 and combinations with Ctrl+Shift. */
export function createShellTerminal(element: HTMLElement, label: string): ShellTerminal {
  const terminal = new Terminal({
    fontFamily: MONO,
    fontSize: 12,
    scrollback: SCROLLBACK,
    theme: themeOf(element),
    minimumContrastRatio: 4.5,
    linkHandler: { activate: (_event, text) => openLink(text) }
  })
  const fit = new FitAddon()
  terminal.loadAddon(fit)
  terminal.attachCustomKeyEventHandler(({ key, ctrlKey, shiftKey }) => key !== 'F6' && !(ctrlKey && shiftKey))
  terminal.open(element)
  terminal.textarea?.setAttribute('aria-label', label)
  const fitNow = () => {
    if (element.clientHeight > 0) fit.fit()
  }
  fitNow()
  const sizes = new ResizeObserver(fitNow)
  sizes.observe(element)
  const schemes = new MutationObserver(() => {
    terminal.options.theme = themeOf(element)
  })
  schemes.observe(document.documentElement, { attributeFilter: ['data-mantine-color-scheme'] })
  return {
    get size() {
      return { columns: terminal.cols, rows: terminal.rows }
    },
    show: text => new Promise(resolve => terminal.write(text, resolve)),
    onType: listener => void terminal.onData(listener),
    onResize: listener => void terminal.onResize(({ cols, rows }) => listener({ columns: cols, rows })),
    focus: () => terminal.focus(),
    dispose() {
      sizes.disconnect()
      schemes.disconnect()
      terminal.dispose()
    }
  }
}

/** Maps the window's tokens to terminal colours; the minimum contrast ratio corrects unreadable pairs. */
function themeOf(element: HTMLElement): ITheme {
  const styles = getComputedStyle(element)
  const token = (name: string) => styles.getPropertyValue(`--q-${name}`).trim()
  return {
    background: token('terminal'),
    foreground: token('text'),
    cursor: token('accent'),
    selectionBackground: token('accent-soft'),
    black: token('dim'),
    red: token('bad'),
    green: token('good'),
    yellow: token('busy'),
    blue: token('accent-text'),
    white: token('text'),
    brightBlack: token('dim'),
    brightRed: token('bad'),
    brightGreen: token('good'),
    brightYellow: token('busy'),
    brightBlue: token('accent-text'),
    brightWhite: token('text')
  }
}
