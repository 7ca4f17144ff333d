import { pathExits, pathPreamble } from '../../commands/shellPath.ts';

/** Prints what is known of the file `PH_PATH`, one NUL-ended text each: its path with links followed, size, mode, owner, time; then its bytes. */
export const readTextScript = `${pathPreamble}
place path "$PH_PATH"
[ -e "$path" ] || exit ${pathExits.noFile}
[ ! -d "$path" ] || exit ${pathExits.isDirectory}
[ -f "$path" ] || exit ${pathExits.notRegular}
[ -r "$path" ] || exit ${pathExits.denied}
if [ -L "$path" ]; then
  path=$(readlink -f -- "$path" && echo .) || exit 1
  path=\${path%?.}
fi
facts=$(stat -c '%s %a %U %Y' "$path") || exit 1
printf '%s\\0%s\\0' "$path" "$facts"
if [ "\${facts%% *}" -gt "$PH_MOST" ]; then
  printf '%s' "\${facts%% *}" >&2
  exit ${pathExits.tooLarge}
fi
cat "$path"
`;

/**
 * Saves standard input over `PH_PATH`, whose checksum has to be `PH_BASE` (empty: there has to be none). A copy of the file, with all that
 * belongs to it, takes the new bytes, so that owner, mode and the like stay; it goes onto the disk and then gets the name. The former
 * version stays under `PH_BACKUP`. Prints the new mode, owner and time.
 */
export const saveTextScript = `${pathPreamble}
place path "$PH_PATH"
unescape backup "$PH_BACKUP"
if [ -L "$path" ] && [ -n "$PH_BASE" ]; then
  path=$(readlink -f -- "$path" && echo .) || exit ${pathExits.changed}
  path=\${path%?.}
fi
directory_of "$path"
[ -d "$directory" ] || exit ${pathExits.noParent}
[ ! -d "$path" ] || exit ${pathExits.isDirectory}
part=$directory/.pilothouse-$PH_NONCE.part
trap 'rm -f "$part"' EXIT
trap 'exit 143' HUP INT TERM
unchanged() {
  if [ -z "$PH_BASE" ]; then
    [ ! -e "$path" ] && [ ! -L "$path" ] || exit ${pathExits.exists}
  else
    [ -f "$path" ] || exit ${pathExits.changed}
    [ "$(hash 0 <"$path")" = "$PH_BASE" ] || exit ${pathExits.changed}
  fi
}
unchanged
if [ -n "$PH_BASE" ]; then
  cp --preserve=all -- "$path" "$part" 2>/dev/null || said=$(cp -p -- "$path" "$part" 2>&1) || classify "$said"
  owner=$(stat -c '%U %u:%g' "$path")
  if [ "$(stat -c '%U %u:%g' "$part")" != "$owner" ]; then
    printf '%s\\n' "\${owner%% *}" >&2
    exit ${pathExits.ownerLost}
  fi
fi
said=$({ cat >"$part"; } 2>&1) || classify "$said"
[ "$(hash 0 <"$part")" = "$PH_SUM" ] || exit ${pathExits.damaged}
sync "$part" 2>/dev/null || sync
unchanged
if [ -n "$PH_BASE" ]; then
  cp --preserve=all -- "$path" "$directory/$backup" 2>/dev/null || said=$(cp -p -- "$path" "$directory/$backup" 2>&1) || classify "$said"
fi
said=$(mv -f -- "$part" "$path" 2>&1) || classify "$said"
sync "$directory" 2>/dev/null || :
stat -c '%a %U %Y' "$path"
`;

/** Makes the directory `PH_PATH`. */
export const makeDirectoryScript = `${pathPreamble}
place path "$PH_PATH"
[ ! -e "$path" ] && [ ! -L "$path" ] || exit ${pathExits.exists}
said=$(mkdir -- "$path" 2>&1) || classify "$said"
`;

/** Gives `PH_PATH` the name `PH_NAME` in its directory. */
export const renameScript = `${pathPreamble}
place path "$PH_PATH"
unescape name "$PH_NAME"
directory_of "$path"
[ -e "$path" ] || [ -L "$path" ] || exit ${pathExits.noFile}
[ ! -e "$directory/$name" ] && [ ! -L "$directory/$name" ] || exit ${pathExits.exists}
said=$(mv -- "$path" "$directory/$name" 2>&1) || classify "$said"
`;

/** Removes entries of the directory `PH_PATH`, which standard input names line by line. Tells each that is gone. */
export const removeScript = `${pathPreamble}
place path "$PH_PATH"
[ -d "$path" ] || exit ${pathExits.notDirectory}
while read -r escaped; do
  unescape name "$escaped"
  case $name in '' | . | .. | */*) exit ${pathExits.noFile} ;; esac
  said=$(rm -rf -- "$path/$name" 2>&1) || classify "$said"
  printf 'removed %s\\n' "$escaped"
done
`;
