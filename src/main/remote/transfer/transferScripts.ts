import { pathExits, pathPreamble } from '../../commands/shellPath.ts';

/** What a copy does on a server, checksums above all, comes after what the server is for. */
const politely = 'renice -n 10 -p $$ >/dev/null 2>&1 || :';

/**
 * Takes a file on standard input into `PH_PART` beside `PH_PATH`. First it prints `part SIZE SHA256 FREE_KIB` of what is there of an
 * earlier attempt; the answer `keep` or `anew` says from where the rest comes. Hashing leaves the position of the open file at its end, so
 * the rest is written from there, and never appended: what an earlier connection may still write are the same bytes at the same place.
 * Last it prints `whole SHA256`, of what lay there and all that came.
 */
export const receiveScript = `${pathPreamble}
${politely}
place path "$PH_PATH"
unescape part "$PH_PART"
directory_of "$path"
[ -d "$directory" ] || exit ${pathExits.noParent}
[ ! -d "$path" ] || exit ${pathExits.isDirectory}
part=$directory/$part
umask 077
said=$({ : >>"$part"; } 2>&1) || classify "$said"
exec 3<>"$part"
had=$(wc -c <"$part")
sum=$(hash "$had" <&3) || exit 1
set -- $(df -Pk "$directory" 2>/dev/null | tail -n 1)
printf 'part %s %s %s\\n' "$had" "$sum" "\${4:-}"
IFS= read -r verdict || exit 1
case $verdict in
  keep) ;;
  anew)
    exec 3>&-
    : >"$part"
    exec 3<>"$part"
    ;;
  *)
    [ -s "$part" ] || rm -f "$part"
    exit 0
    ;;
esac
[ "$verdict" = keep ] || had=0
said=$({ { head -c "$had" "$part"; tee /dev/fd/4 >&3; } 4>&1 | hash "$PH_SIZE"; } 2>&1) || classify "$said"
exec 3>&-
[ "$(wc -c <"$part")" -eq "$PH_SIZE" ] || { [ "\${#said}" = 64 ] || classify "$said"; exit ${pathExits.short}; }
printf 'whole %s\\n' "$said"
`;

/** Puts a received file with the checksum `PH_SUM` in its place, unless that was done before: mode, owner of what it replaces (root only), then the new name in one step. */
export const commitScript = `${pathPreamble}
${politely}
place path "$PH_PATH"
unescape part "$PH_PART"
directory_of "$path"
part=$directory/$part
if [ ! -f "$part" ]; then
  [ -f "$path" ] && sum=$(hash "$(wc -c <"$path")" <"$path") && [ "$sum" = "$PH_SUM" ] && exit 0
  exit ${pathExits.noFile}
fi
[ ! -d "$path" ] || exit ${pathExits.isDirectory}
said=$(chmod "$PH_MODE" "$part" 2>&1) || classify "$said"
if [ -f "$path" ] && [ "$(id -u)" = 0 ]; then chown "$(stat -c %u:%g "$path")" "$part" 2>/dev/null || :; fi
said=$(mv -f "$part" "$path" 2>&1) || classify "$said"
`;

/** Throws a part away. */
export const discardScript = `${pathPreamble}
place path "$PH_PATH"
unescape part "$PH_PART"
directory_of "$path"
rm -f "$directory/$part"
`;

/**
 * Sends the file `PH_PATH`. First it prints `file SIZE MTIME MODE FROM`: from the offset `PH_OFFSET` where what lies before has the checksum
 * `PH_PREFIX`, else from the start. Beside it says on standard error `sum SHA256` of the whole, and last `after SIZE MTIME`.
 */
export const sendScript = `${pathPreamble}
${politely}
place path "$PH_PATH"
[ -e "$path" ] || exit ${pathExits.noFile}
[ ! -d "$path" ] || exit ${pathExits.isDirectory}
[ -f "$path" ] || exit ${pathExits.notRegular}
[ -r "$path" ] || exit ${pathExits.denied}
facts=$(stat -L -c '%s %Y %a' "$path") || exit 1
from=0
if [ "$PH_OFFSET" -gt 0 ] && [ "$PH_OFFSET" -le "\${facts%% *}" ]; then
  sum=$(head -c "$PH_OFFSET" "$path" | hash "$PH_OFFSET") || exit 1
  [ "$sum" = "$PH_PREFIX" ] && from=$PH_OFFSET
fi
printf 'file %s %s\\n' "$facts" "$from"
{ sum=$(hash "\${facts%% *}" <"$path") && printf 'sum %s\\n' "$sum" >&2; } &
if [ "$from" = 0 ]; then cat "$path"; else tail -c "+$((from + 1))" "$path"; fi || exit 1
wait
printf 'after %s\\n' "$(stat -L -c '%s %Y' "$path")" >&2
`;
