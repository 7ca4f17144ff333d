# Sets the size of a pseudo-terminal. Arguments: file that names it, rows, columns.
tries=0
while [ ! -s "$1" ]; do
  tries=$((tries + 1))
  [ "$tries" -lt 100 ] || exit 1
  sleep 0.02
done
terminal=$(cat "$1")
stty -F "$terminal" rows "$2" cols "$3" 2>/dev/null || stty -f "$terminal" rows "$2" cols "$3"
