import { keepPart, pipeHead } from './pipeScript.ts';

/**
 * A directory that holds the sets of one stack of one server and nothing else: `PH_SETS`. It says so by a file, without which nothing in it is
 * ever removed. A link in its place is refused: whoever may write above it could lead us elsewhere.
 */
export const marker = '.pilothouse-backups';

const setsHead = `set -eu
LC_ALL=C
export LC_ALL
umask 077
case $PH_SETS in /?*/?*/?*) ;; *) echo "$PH_SETS is no place for backups" >&2; exit 64 ;; esac
case $PH_SETS/ in */../* | */./* | *//*) echo "$PH_SETS is no place for backups" >&2; exit 64 ;; esac
own_place() {
  if [ -L "$PH_SETS" ] || [ -L "\${PH_SETS%/*}" ]; then echo "$PH_SETS is a link" >&2; exit 65; fi
  [ -d "$PH_SETS" ] || { echo "$PH_SETS is not there" >&2; exit 66; }
  [ -f "$PH_SETS/${marker}" ] && [ ! -L "$PH_SETS/${marker}" ] || { echo "$PH_SETS was not made for backups by Pilothouse" >&2; exit 67; }
}
`;

/** Makes the directory of `PH_SETS` with its mark, and prints the KiB that are free there and what can pack and seal. Ends with 68 where something is missing. */
export const prepareScript = `${setsHead}
for tool in gzip sha256sum mkfifo tee dd; do command -v "$tool" >/dev/null 2>&1 || { echo "there is no $tool" >&2; exit 68; }; done
if [ "\${PH_SEAL-}" = 1 ]; then command -v openssl >/dev/null 2>&1 || { echo 'there is no openssl to seal with' >&2; exit 68; }; fi
if [ -L "$PH_SETS" ] || [ -L "\${PH_SETS%/*}" ]; then echo "$PH_SETS is a link" >&2; exit 65; fi
mkdir -p "$PH_SETS"
if [ ! -f "$PH_SETS/${marker}" ]; then
  [ -z "$(ls -A "$PH_SETS")" ] || { echo "$PH_SETS holds something else already" >&2; exit 67; }
  : >"$PH_SETS/${marker}"
fi
: >"$PH_SETS/.may-write"
rm -f "$PH_SETS/.may-write"
# shellcheck disable=SC2046
set -- $(df -Pk "$PH_SETS" | tail -n 1)
printf 'free %s\\n' "$4"
`;

/** Keeps one part of a set in the making: what the shell function `dump` prints. `PH_SETS`, `PH_SET`, `PH_FILE`. */
export const keepScript = (dump: string) => `${setsHead}${pipeHead}
own_place
work=$PH_SETS/.new-$PH_SET
mkdir -p "$work"
part=$work/$PH_FILE
${dump}
${keepPart}`;

/** Keeps what a service gives by its recipe. `PH_SERVICE`, `PH_COMMAND`, `PH_FORM`, `PH_PATH`; `head` gives `compose`. */
export const keepServiceScript = (head: string) => `${head}
${keepScript(`dump() {
  if [ "$PH_FORM" = file ]; then
    compose exec -T "$PH_SERVICE" sh -c "$PH_COMMAND" </dev/null >&2 || return
    compose exec -T "$PH_SERVICE" cat "$PH_PATH" </dev/null
  else
    compose exec -T "$PH_SERVICE" sh -c "$PH_COMMAND" </dev/null
  fi
}`)}`;

/** Keeps the release itself, with its secrets: below `PH_STACK` the release `PH_ID`, what containers mount, and its place in the order. */
export const keepReleaseScript = `${keepScript(`dump() {
  cd "$PH_STACK" || return
  set --
  for name in "releases/$PH_ID" files project; do if [ -e "$name" ]; then set -- "$@" "$name"; fi; done
  tar --exclude="releases/$PH_ID/dumps" -cf - "$@"
}`)}`;

/** What the release holds, as `NAME COUNT`. */
export const countReleaseScript = `set -eu
cd "$PH_STACK"
set --
for name in "releases/$PH_ID" files project; do if [ -e "$name" ]; then set -- "$@" "$name"; fi; done
printf 'files %s\\n' "$(find "$@" -path "releases/$PH_ID/dumps" -prune -o ! -type d -print | wc -l | tr -d ' ')"
`;

/** Puts a set in the making under its name: from here on it is one. Ends well where that was done before. `PH_FILES`: the names of its files, a line each. */
export const commitScript = `${setsHead}
own_place
[ ! -d "$PH_SETS/$PH_SET" ] || exit 0
work=$PH_SETS/.new-$PH_SET
printf '%s\\n' "$PH_FILES" | while IFS= read -r name; do
  [ -f "$work/$name" ] && [ ! -L "$work/$name" ] || { echo "$name is not there" >&2; exit 72; }
  sync "$work/$name" 2>/dev/null || sync
done
sync "$work" 2>/dev/null || sync
mv "$work" "$PH_SETS/$PH_SET"
sync "$PH_SETS" 2>/dev/null || sync
`;

/** Throws a set in the making away, and one that was fetched for a restore. */
export const clearScript = `${setsHead}
[ -d "$PH_SETS" ] || exit 0
own_place
rm -rf "\${PH_SETS:?}/.new-\${PH_SET:?}" "\${PH_SETS:?}/.fetched-\${PH_SET:?}"
`;

/** Prints a line `set ID MANIFEST` for every whole set, oldest first, and `rest NAME` for what is none. */
export const listScript = `${setsHead}
[ -d "$PH_SETS" ] || exit 0
own_place
cd "$PH_SETS"
for id in [0-9]*Z-*; do
  [ -d "$id" ] && [ ! -L "$id" ] || continue
  if [ -f "$id/manifest.json" ]; then printf 'set %s %s\\n' "$id" "$(tr -d '\\n' <"$id/manifest.json")"; else printf 'rest %s\\n' "$id"; fi
done
for name in .new-*; do if [ -d "$name" ]; then printf 'rest %s\\n' "$name"; fi; done
`;

/**
 * Removes the sets `PH_IDS`, a line each, and no other: each has to be a name of a set, a directory and no link, in a directory made for
 * backups; and a whole set that is not among them has to stay. Prints `gone ID`.
 */
export const pruneScript = `${setsHead}
own_place
cd -P "$PH_SETS"
valid() {
  case $1 in
    *[!0-9A-Za-z-]*) return 1 ;;
    [0-9][0-9][0-9][0-9][0-9][0-9][0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]Z-?*) return 0 ;;
  esac
  return 1
}
named() { printf '%s\\n' "$PH_IDS" | grep -qxF -- "$1"; }
stays=
for id in [0-9]*Z-*; do
  if [ -f "$id/manifest.json" ] && [ ! -L "$id" ] && ! named "$id"; then stays=$id; fi
done
[ -n "$stays" ] || { echo 'no whole set would be left' >&2; exit 69; }
printf '%s\\n' "$PH_IDS" | while IFS= read -r id; do
  [ -n "$id" ] || continue
  valid "$id" || { echo "$id is no name of a set" >&2; exit 64; }
  if [ -L "$id" ]; then echo "$id is a link" >&2; exit 65; fi
  [ -d "$id" ] || continue
  mv "$id" ".gone-$id"
  rm -rf "./.gone-$id"
  printf 'gone %s\\n' "$id"
done
`;

/**
 * Looks at the files of a set: `PH_PARTS` has a line `FILE BYTES SHA256 RAWBYTES RAWSHA256` for each. Prints `part FILE ok` or
 * `part FILE PROBLEM`; with `PH_DEEP` 1 each is unsealed and unpacked as well.
 */
export const checkScript = `${setsHead}${pipeHead}
own_place
set=$PH_SETS/$PH_SET
[ -d "$set" ] && [ ! -L "$set" ] || { echo "the set $PH_SET is not there" >&2; exit 66; }
mkfifo "$st/again"
printf '%s\\n' "$PH_PARTS" | while read -r name bytes sum raw rawsum; do
  file=$set/$name
  if [ ! -f "$file" ] || [ -L "$file" ]; then echo "part $name missing"; continue; fi
  have=$(wc -c <"$file" | tr -d ' ')
  if [ "$have" != "$bytes" ]; then echo "part $name $have bytes in place of $bytes"; continue; fi
  sha256sum <"$file" >"$st/sum"
  if [ "$(sum_of "$st/sum")" != "$sum" ]; then echo "part $name its checksum is another"; continue; fi
  if [ "\${PH_DEEP-}" = 1 ]; then
    sha256sum <"$st/again" >"$st/rawagain" &
    summer=$!
    stage unseal unseal "$file" 2>/dev/null | stage unpack unpacked 2>/dev/null | stage copy tee "$st/again" | stage count wc -c >"$st/bytes"
    wait "$summer"
    if stages_failed unseal unpack copy count || [ "$(tr -d ' ' <"$st/bytes")" != "$raw" ] || [ "$(sum_of "$st/rawagain")" != "$rawsum" ]; then
      echo "part $name cannot be read"
      continue
    fi
  fi
  echo "part $name ok"
done
`;
