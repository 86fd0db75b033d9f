/** Keys that cannot be reassigned: those of the system, the browser, and every list, form and text. */
import { t } from '#shared/language.ts'
import { keyLabel } from './keys.ts'

interface Reserved {
  readonly keys: RegExp
  /** Why no action can use them. */
  readonly reason: (keys: string) => string
}

/** The first match gives the reason. Both shells have the same keys, so browser keys are reserved in the app too. */
const RESERVED: readonly Reserved[] = [
  {
    keys: /^(Shift\+)?(Esc|Tab|Enter|Space|Backspace|Delete|Insert|Home|End|PageUp|PageDown|Up|Down|Left|Right)$/,
    reason: keys => t`${keys} moves, chooses and types in every list and form.`
  },
  { keys: /^(Shift\+)?F6$/, reason: keys => t`${keys} goes to the next part of the window.` },
  { keys: /^[JK]$/, reason: keys => t`${keys} moves in every list.` },
  { keys: /^Alt\+Enter$/, reason: keys => t`${keys} fixes the problem at the cursor.` },
  { keys: /^Mod\+(Shift\+)?[ACVXYZ]$/, reason: keys => t`${keys} copies, pastes or undoes.` },
  {
    keys: /^(Mod\+|Alt\+|Mod\+Alt\+)(Shift\+)?(Home|End|Up|Down|Left|Right|Backspace|Delete|Insert)$/,
    reason: keys => t`${keys} moves and deletes in texts.`
  },
  { keys: /^Mod\+(Shift\+)?(0|-|_|=|Plus)$/, reason: keys => t`${keys} makes everything larger or smaller.` },
  {
    keys: /^(Mod\+(Shift\+)?([LNPQRTW]|Tab|PageUp|PageDown)|Mod\+[1-9]|Mod\+Shift\+[BDIJO]|F5|F11|F12|Mod\+F5)$/,
    reason: keys => t`${keys} belongs to the browser, and this window may be open in one.`
  },
  {
    keys: /^(Alt\+(Shift\+)?(Tab|Space|Esc|F\d+)|Mod\+(Alt\+)?(Shift\+)?(Esc|Space)|Mod\+(Alt\+)?[HM]|F10|Shift\+F10|Mod\+F4|Mod\+Alt\+[FT])$/,
    reason: keys => t`${keys} belongs to the system.`
  },
  { keys: /^Alt\+[A-Z]$/, reason: keys => t`${keys} opens a menu of the app, or types a character on a Mac.` }
]

/** A sentence on why an action cannot use these keys; undefined if it can. Its default keys are always allowed. */
export function reservedBecause(keys: string, came: string): string | undefined {
  return keys === came
    ? undefined
    : RESERVED.find(reserved => reserved.keys.test(keys))?.reason(keyLabel(keys))
}
