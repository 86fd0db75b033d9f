/** Writes the window's keyboard shortcuts as the menu needs them. */

/** Undefined for no keys, and for characters that a menu cannot show. */
export function acceleratorOf(keys: string): string | undefined {
  return keys === '' || !/^[\x21-\x7e]+$/.test(keys) ? undefined : keys.replace(/^Mod\+/, 'CmdOrCtrl+')
}
