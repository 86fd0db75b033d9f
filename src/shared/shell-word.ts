/** Words of a command line as a shell reads them. */

/** Whose terminal it is for: PowerShell's on Windows, where a comma makes a list and a quote is doubled. */
export type ShellKind = 'posix' | 'powershell'

/** A word as the shell reads it. */
export function quote(word: string, shell: ShellKind): string {
  const plain = shell === 'posix' ? /^[\w@%+=:,./-]+$/ : /^[\w+=:./\\-]+$/
  if (plain.test(word)) return word
  return `'${word.replaceAll("'", shell === 'posix' ? `'\\''` : "''")}'`
}
