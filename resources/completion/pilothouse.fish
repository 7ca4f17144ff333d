# Completion of pilothouse for fish: the program itself says what may come next.
complete -c pilothouse -f -a "(pilothouse __complete -- (commandline -opc)[2..] 2> /dev/null)"
