# shellcheck shell=bash
# Completion of pilothouse for bash: the program itself says what may come next.
_pilothouse() {
  local candidates
  candidates=$(pilothouse __complete -- "${COMP_WORDS[@]:1:COMP_CWORD-1}" 2> /dev/null)
  mapfile -t COMPREPLY < <(compgen -W "$candidates" -- "${COMP_WORDS[COMP_CWORD]}")
}
complete -o default -F _pilothouse pilothouse
