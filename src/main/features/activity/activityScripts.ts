/** Name of a server's copy in its state directory. */
export const ledgerFile = 'activity.jsonl';

/**
 * Appends the lines on stdin to the ledger in `PH_DIRECTORY`, if the hash of its last line is `PH_HEAD` (of nothing: where there is none),
 * under a lock, so that of two laptops one is told to look again. Prints `APPENDED`; or `HEAD`, the number of lines, and the last line,
 * and `HAS ORIGIN` for each of `PH_ORIGINS` (words) that stands there already. A line that a crash left half written was never confirmed,
 * and goes. What does not fit on the disk is taken back.
 */
export const appendScript = `set -eu
export LC_ALL=C
umask 077
cd "$PH_DIRECTORY"
file=${ledgerFile}
for tool in flock sha256sum; do
  command -v "$tool" >/dev/null || { echo "$tool is missing here, and the ledger cannot do without it" >&2; exit 69; }
done
exec 9>>"$file.lock"
flock -w 20 9 || { echo 'somebody else has been writing to the ledger for 20 seconds' >&2; exit 75; }
[ ! -L "$file" ] || { echo "$PH_DIRECTORY/$file is a link" >&2; exit 65; }
[ -e "$file" ] || : >"$file"
chmod 600 "$file"
if [ -s "$file" ] && [ "$(tail -c 1 "$file" | wc -l)" -eq 0 ]; then
  head -n "$(wc -l <"$file")" "$file" >"$file.whole"
  cat "$file.whole" >"$file"
  rm "$file.whole"
fi
head=$(tail -n 1 "$file" | tr -d '\\n' | sha256sum)
if [ "\${head%% *}" != "$PH_HEAD" ]; then
  echo "HEAD $(wc -l <"$file")"
  tail -n 1 "$file"
  for origin in $PH_ORIGINS; do
    if grep -qF "\\"origin\\":\\"$origin\\"" "$file"; then echo "HAS $origin"; fi
  done
  exit 0
fi
size=$(wc -c <"$file")
cat >"$file.new"
if ! cat "$file.new" >>"$file"; then
  head -c "$size" "$file" >"$file.whole" && cat "$file.whole" >"$file"
  rm -f "$file.whole" "$file.new"
  echo 'the ledger could not be written' >&2
  exit 74
fi
rm "$file.new"
sync "$file" 2>/dev/null || true
echo APPENDED
`;

/** Prints the ledger in `PH_DIRECTORY` from line `PH_FROM` on, at most `PH_LINES` lines; nothing where there is none. */
export const readScript = `set -eu
export LC_ALL=C
cd "$PH_DIRECTORY"
[ -e ${ledgerFile} ] || exit 0
tail -n "+$PH_FROM" ${ledgerFile} | head -n "$PH_LINES"
`;
