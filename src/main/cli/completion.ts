/** `completion`: prints scripts for completion in a shell; q8s-cli itself supplies the candidates. */
import { defineCommand } from './command.ts'

const BASH = `# Completion of q8s-cli for bash: eval "$(q8s-cli completion bash)"
_q8s_cli() {
  local line current="\${COMP_WORDS[COMP_CWORD]}" tab=$'\\t'
  COMPREPLY=()
  while IFS= read -r line; do
    case $line in
      :file) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -f -- "$current") ;;
      :folder) while IFS= read -r line; do COMPREPLY+=("$line"); done < <(compgen -d -- "$current") ;;
      ?*) COMPREPLY+=("\${line%%"$tab"*}") ;;
    esac
  done < <(q8s-cli __complete "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -F _q8s_cli q8s-cli`

const ZSH = `#compdef q8s-cli
# Completion of q8s-cli for zsh: eval "$(q8s-cli completion zsh)"
_q8s_cli() {
  local -a candidates
  local line tab=$'\\t'
  for line in "\${(@f)$(q8s-cli __complete "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :file) _files ;;
      :folder) _files -/ ;;
      ?*) candidates+=("\${line%%$tab*}:\${line#*$tab}") ;;
    esac
  done
  (( $#candidates )) && _describe q8s-cli candidates
}
compdef _q8s_cli q8s-cli`

const FISH = `# Completion of q8s-cli for fish: q8s-cli completion fish | source
function __q8s_cli_complete
  set -l words (commandline -opc) (commandline -ct)
  for line in (q8s-cli __complete $words[2..-1] 2>/dev/null)
    switch $line
      case :file
        __fish_complete_path (commandline -ct)
      case :folder
        __fish_complete_directories (commandline -ct)
      case '?*'
        echo $line
    end
  end
end
complete -c q8s-cli -f -a '(__q8s_cli_complete)'`

const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH }

export const completion = defineCommand({
  summary: 'Print the script that completes q8s-cli in your shell',
  arguments: [{ name: 'shell', summary: 'your shell', choices: Object.keys(SCRIPTS) }],
  options: [],
  examples: [
    { line: 'eval "$(q8s-cli completion bash)"', does: 'In ~/.bashrc' },
    { line: 'eval "$(q8s-cli completion zsh)"', does: 'In ~/.zshrc, after compinit' },
    { line: 'q8s-cli completion fish | source', does: 'In ~/.config/fish/config.fish' }
  ],
  async run(_context, [shell = '']) {
    const script = SCRIPTS[shell] ?? ''
    return { json: { shell, script }, text: script }
  }
})
