import { pathPreamble } from '../../commands/shellPath.ts';

/**
 * Says what is at a place: `directory`, `file` or `nothing`, and the path from the root, with a NUL after each. A link is followed, so
 * that what it leads to is replaced and not the link.
 */
export const placeScript = `${pathPreamble}
place path "$PH_PATH"
kind=nothing
if [ -d "$path" ]; then
  kind=directory
  path=$(cd -- "$path" && pwd -P && echo .) || exit 1
  path=\${path%?.}
elif [ -e "$path" ]; then
  kind=file
  if [ -L "$path" ]; then
    path=$(readlink -f -- "$path" && echo .) || exit 1
    path=\${path%?.}
  fi
fi
printf '%s\\0%s\\0' "$kind" "$path"
`;

/**
 * Makes the directories of a tree below `PH_PATH` and says what is there already. Standard input has a line for each: `d PATH`, or
 * `f SIZE PATH`, with paths as `escapedPath` writes them. For each file of that size it prints `same LINE SHA256`; last `free KIB`.
 */
export const prepareTreeScript = `${pathPreamble}
place path "$PH_PATH"
said=$(mkdir -p "$path" 2>&1) || classify "$said"
number=0
while read -r kind size escaped; do
  if [ "$kind" = d ]; then
    unescape name "$size"
    said=$(mkdir -p "$path/$name" 2>&1) || classify "$said"
  else
    unescape name "$escaped"
    if [ -f "$path/$name" ] && [ "$(wc -c <"$path/$name")" -eq "$size" ]; then
      printf 'same %s %s\\n' "$number" "$(hash "$size" <"$path/$name")"
    fi
  fi
  number=$((number + 1))
done
set -- $(df -Pk "$path" 2>/dev/null | tail -n 1)
printf 'free %s\\n' "\${4:-}"
`;

/** Gives the directories of a copied tree their modes, deepest first. Standard input: lines of `MODE PATH`. */
export const finishTreeScript = `${pathPreamble}
place path "$PH_PATH"
while read -r mode escaped; do
  unescape name "$escaped"
  said=$(chmod "$mode" "$path/$name" 2>&1) || classify "$said"
done
`;

/** Prints `sum LINE SHA256` for each file below `PH_PATH` that standard input names, by line: `SIZE PATH`. */
export const sumsScript = `${pathPreamble}
place path "$PH_PATH"
number=0
while read -r size escaped; do
  unescape name "$escaped"
  [ -f "$path/$name" ] && printf 'sum %s %s\\n' "$number" "$(hash "$size" <"$path/$name")"
  number=$((number + 1))
done
:
`;
