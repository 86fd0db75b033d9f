/** The look of the window as a Mantine theme: compact, quiet, colour only for meaning. Tokens live in tokens.css. */
import {
  ActionIcon,
  Button,
  type CSSVariablesResolver,
  createTheme,
  Group,
  Input,
  Menu,
  Modal,
  Popover,
  SegmentedControl,
  Skeleton,
  Tooltip
} from '@mantine/core'
import { t } from '#shared/language.ts'

const MONO =
  'ui-monospace, "SF Mono", "Cascadia Mono", "Segoe UI Mono", "DejaVu Sans Mono", Menlo, Consolas, monospace'

export const theme = createTheme({
  primaryColor: 'accent',
  primaryShade: { light: 6, dark: 4 },
  colors: {
    dark: [
      '#e4e8ed',
      '#c3cad3',
      '#9ba5b3',
      '#737d8b',
      '#3c434e',
      '#2f3640',
      '#20252c',
      '#1b1f25',
      '#14171c',
      '#0f1215'
    ],
    // Mantine's red, except for darker shades of filled buttons in the light theme, so that white labels are readable.
    red: [
      '#fff5f5',
      '#ffe3e3',
      '#ffc9c9',
      '#ffa8a8',
      '#ff8787',
      '#ff6b6b',
      '#b4231b',
      '#9c1d16',
      '#8a1a14',
      '#751610'
    ],
    accent: [
      '#eef4ff',
      '#dbe6fe',
      '#bcd1fc',
      '#94b5fa',
      '#79a5f8',
      '#4a7fe8',
      '#2a62cf',
      '#2153b3',
      '#1c4692',
      '#173871'
    ]
  },
  fontFamily:
    'system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Helvetica Neue", Arial, sans-serif',
  fontFamilyMonospace: MONO,
  fontSizes: { xs: '0.75rem', sm: '0.8125rem', md: '0.8125rem', lg: '0.9375rem', xl: '1.125rem' },
  lineHeights: { xs: '1.35', sm: '1.45', md: '1.45', lg: '1.4', xl: '1.3' },
  spacing: { xs: '0.5rem', sm: '0.75rem', md: '1rem', lg: '1.25rem', xl: '2rem' },
  radius: { xs: '3px', sm: '5px', md: '7px', lg: '10px', xl: '16px' },
  defaultRadius: 'sm',
  cursorType: 'pointer',
  focusRing: 'auto',
  respectReducedMotion: true,
  headings: { fontWeight: '650', sizes: { h1: { fontSize: '1.125rem' }, h2: { fontSize: '0.9375rem' } } },
  components: {
    ActionIcon: ActionIcon.extend({ defaultProps: { variant: 'subtle', color: 'gray', size: 26 } }),
    Button: Button.extend({ defaultProps: { size: 'xs', variant: 'default' } }),
    // The same gap between buttons in dialogs as on pages.
    Group: Group.extend({ defaultProps: { gap: 'xs' } }),
    Input: Input.extend({ defaultProps: { size: 'xs' } }),
    Menu: Menu.extend({
      // Without the placeholder, which is not a menu item, the first item takes the focus.
      defaultProps: {
        shadow: 'md',
        position: 'bottom-start',
        withInitialFocusPlaceholder: false,
        transitionProps: { duration: 80 }
      }
    }),
    Modal: Modal.extend({
      defaultProps: {
        centered: true,
        closeButtonProps: { 'aria-label': t`Close` },
        transitionProps: { duration: 100 }
      }
    }),
    Popover: Popover.extend({ defaultProps: { shadow: 'md', transitionProps: { duration: 80 } } }),
    SegmentedControl: SegmentedControl.extend({ defaultProps: { size: 'xs', withItemsBorders: false } }),
    Skeleton: Skeleton.extend({ defaultProps: { radius: 'sm' } }),
    Tooltip: Tooltip.extend({ defaultProps: { openDelay: 400, transitionProps: { duration: 80 } } })
  }
})

const mapped = {
  '--mantine-color-body': 'var(--q-surface)',
  '--mantine-color-text': 'var(--q-text)',
  '--mantine-color-dimmed': 'var(--q-dim)',
  '--mantine-color-placeholder': 'var(--q-dim)',
  '--mantine-color-anchor': 'var(--q-accent-text)',
  '--mantine-color-error': 'var(--q-bad)',
  '--mantine-color-default': 'var(--q-surface)',
  '--mantine-color-default-hover': 'var(--q-hover)',
  '--mantine-color-default-border': 'var(--q-line-strong)',
  '--mantine-color-default-color': 'var(--q-text)',
  // Subtle and light buttons.
  '--mantine-color-accent-light': 'var(--q-accent-soft)',
  '--mantine-color-accent-light-hover': 'color-mix(in srgb, var(--q-accent-soft) 88%, var(--q-accent))',
  '--mantine-color-accent-light-color': 'var(--q-accent-text)'
}

/** Sets Mantine's variables from the tokens, so that its components match ours. */
export const cssVariables: CSSVariablesResolver = () => ({ variables: {}, light: mapped, dark: mapped })
