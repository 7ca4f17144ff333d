#compdef pilothouse
# Completion of pilothouse for zsh: the program itself says what may come next.
_pilothouse() {
  local -a candidates
  candidates=("${(@f)$(pilothouse __complete -- "${(@)words[2,CURRENT-1]}" 2> /dev/null)}")
  compadd -- $candidates
}
compdef _pilothouse pilothouse
