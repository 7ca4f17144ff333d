/** Exit code of the script that writes: the file is not what it was when it was read. */
export const changedMeanwhile = 75;
/** Exit code of both scripts: there is no such user. */
export const noSuchUser = 74;

/**
 * Finds `user`, `home` and `file`, then runs `work`. sshd's own word is asked for where root can; else the file is where it is by default.
 * Root works on files in somebody's home as that somebody: a link laid there leads nowhere that they could not go themselves.
 */
function onKeysFile(work: string): string {
  return `set -eu
export PATH="$PATH:/usr/sbin:/sbin"
user=\${PH_USER:-$(id -un)}
if [ "$user" = "$(id -un)" ]; then home=$HOME
else home=$(awk -F: -v user="$user" '$1 == user { print $6 }' /etc/passwd)
  if [ -z "$home" ] && command -v getent >/dev/null; then home=$(getent passwd "$user" | cut -d: -f6) || home=; fi
fi
[ -n "$home" ] || exit ${noSuchUser}
PH_FILE=
if [ "$(id -u)" = 0 ] && command -v sshd >/dev/null; then
  PH_FILE=$(sshd -T -C "user=$user,host=localhost,addr=127.0.0.1" 2>/dev/null | awk '$1 == "authorizedkeysfile" { print $2; exit }') || PH_FILE=
fi
PH_FILE=$(printf '%s' "\${PH_FILE:-.ssh/authorized_keys}" | awk -v home="$home" -v user="$user" '{ gsub(/%h/, home); gsub(/%u/, user); gsub(/%%/, "%"); print }')
case $PH_FILE in /*) ;; *) PH_FILE=$home/$PH_FILE ;; esac
PH_OWNER=$user
export PH_FILE PH_OWNER
work=$(cat <<'END_OF_WORK'
${work}
END_OF_WORK
)
case $PH_FILE in
  "$home"/*) if [ "$user" != "$(id -un)" ]; then exec su -s /bin/sh "$user" -c "$work"; fi ;;
esac
eval "$work"
`;
}

/** Tells user, file and checksum, a line each, then the file's content as it is. `PH_USER`: whose; absent: the login's. */
export const readAuthorizedKeysScript = onKeysFile(`printf '%s\\n%s\\n' "$PH_OWNER" "$PH_FILE"
if [ -e "$PH_FILE" ]; then cksum <"$PH_FILE"; cat "$PH_FILE"; else echo absent; fi`);

/**
 * Puts standard input in the place of the file, if that still has the checksum `PH_CHECKSUM` ("absent": is not there). The new file
 * is whole or not there; it keeps mode, owner and security context, or gets those that sshd wants.
 */
export const writeAuthorizedKeysScript = onKeysFile(`set -eu
umask 077
file=$PH_FILE
if [ -L "$file" ]; then file=$(readlink -f "$file"); fi
dir=\${file%/*}
own() {
  if [ "$(id -u)" = 0 ]; then chown "$PH_OWNER:$(id -gn "$PH_OWNER")" "$1"; fi
  if command -v restorecon >/dev/null; then restorecon "$1" || true; fi
}
if [ ! -d "$dir" ]; then mkdir -p "$dir"; own "$dir"; fi
mode=600
owner=
if [ -e "$file" ]; then now=$(cksum <"$file"); mode=$(stat -c %a "$file" 2>/dev/null || echo 600); owner=$(stat -c %u:%g "$file" 2>/dev/null || true); else now=absent; fi
[ "$now" = "$PH_CHECKSUM" ] || exit ${changedMeanwhile}
new=$file.pilothouse-$$
trap 'rm -f "$new"' EXIT
set -C
cat >"$new"
set +C
chmod "$mode" "$new"
chmod go-w "$new"
if [ "$(id -u)" = 0 ] && [ -n "$owner" ]; then chown "$owner" "$new"; else own "$new"; fi
mv -f "$new" "$file"
trap - EXIT
if command -v restorecon >/dev/null; then restorecon "$file" || true; fi`);
