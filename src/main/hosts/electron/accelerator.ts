/** Keys of the window as the menu writes them. */

/** Undefined for none, and for characters a menu cannot show. */
export function acceleratorOf(keys: string): string | undefined {
  return keys === '' || !/^[\x21-\x7e]+$/.test(keys) ? undefined : keys.replace(/^Mod\+/, 'CmdOrCtrl+')
}
