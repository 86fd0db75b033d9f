/** Quotes words for a shell's command line. */

/** The shell the text is for. PowerShell is for Windows: there a comma makes a list and a quote is doubled. */
export type ShellKind = 'posix' | 'powershell'

/** The word, quoted if the shell needs it. */
export function quote(word: string, shell: ShellKind): string {
  const plain = shell === 'posix' ? /^[\w@%+=:,./-]+$/ : /^[\w+=:./\\-]+$/
  if (plain.test(word)) return word
  return `'${word.replaceAll("'", shell === 'posix' ? `'\\''` : "''")}'`
}
