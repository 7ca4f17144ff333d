/**
 * Pipes of which every stage must end well. sh has no pipefail, and its `$?` is that of the last stage alone: so each stage leaves its exit
 * code in a file of its own below `$st`. A stage that was killed leaves none, which counts as a failure too. The scripts are POSIX sh as
 * dash and busybox read it; values come in the environment, the passphrase as the file `$PH_SECRETS/passphrase`.
 *
 * `seal` and `unseal` encrypt with OpenSSL's `enc` where `PH_SEAL` is 1: AES-256 in CBC mode, key by PBKDF2 with SHA-256.
 */
export const sealIterations = 200_000;

/** Gives a script `st`, `stage`, `stages_failed`, `seal` and `unseal`. */
export const pipeHead = `umask 077
st=$(mktemp -d)
trap 'rm -rf "$st" \${PH_TRANSIENT:+"$PH_TRANSIENT"}' EXIT
stage() {
  stage_name=$1
  shift
  rm -f "$st/$stage_name"
  stage_code=0
  "$@" || stage_code=$?
  echo "$stage_code" >"$st/$stage_name"
}
stages_failed() {
  bad=
  for stage_name in "$@"; do
    stage_code=killed
    if [ -s "$st/$stage_name" ]; then IFS= read -r stage_code <"$st/$stage_name"; fi
    if [ "$stage_code" != 0 ]; then bad="$bad $stage_name=$stage_code"; fi
  done
  [ -n "$bad" ]
}
seal() {
  if [ "\${PH_SEAL-}" = 1 ]; then
    openssl enc -e -aes-256-cbc -md sha256 -pbkdf2 -iter ${sealIterations} -salt -pass "file:$PH_SECRETS/passphrase"
  else
    cat
  fi
}
unseal() {
  if [ "\${PH_SEAL-}" = 1 ]; then
    openssl enc -d -aes-256-cbc -md sha256 -pbkdf2 -iter ${sealIterations} -pass "file:$PH_SECRETS/passphrase" -in "$1"
  else
    cat "$1"
  fi
}
unpacked() { gzip -dc; }
to_disk() { sync "$1" 2>/dev/null || sync; }
sum_of() {
  IFS= read -r sum <"$1"
  printf '%s' "\${sum%% *}"
}
`;

/**
 * Writes what `dump` prints to `$part`, packed and sealed; then reads it back from the disk. Ends with 70 and a line
 * `ph-failed STAGE=CODE …` where any stage failed, with 71 where what was read back is not what was written; then nothing is left. Last it
 * prints `ph-part BYTES RAWBYTES SHA256 RAWSHA256`. The checksums of the data go through FIFOs, so that no stage has to hold it.
 */
export const keepPart = `
give_up() {
  rm -f "$part"
  echo "ph-failed$1" >&2
  exit "$2"
}
rm -f "$part"
mkfifo "$st/pipe" "$st/again"
sha256sum <"$st/pipe" >"$st/raw" &
summer=$!
stage dump dump </dev/null | stage copy tee "$st/pipe" | stage gzip gzip -n -c | stage seal seal | stage write dd of="$part" bs=65536 2>"$st/dd"
if stages_failed dump copy gzip seal write; then
  kill "$summer" 2>/dev/null || :
  case $bad in *write=*) head -n 1 "$st/dd" >&2 ;; esac
  give_up "$bad" 70
fi
wait "$summer" || give_up ' sum' 70
to_disk "$part"
sha256sum <"$part" >"$st/sum"
sha256sum <"$st/again" >"$st/rawagain" &
summer=$!
stage unseal unseal "$part" | stage unpack unpacked | stage copy tee "$st/again" | stage count wc -c >"$st/bytes"
if stages_failed unseal unpack copy count; then
  kill "$summer" 2>/dev/null || :
  give_up "$bad" 71
fi
wait "$summer" || give_up ' sum' 71
[ "$(sum_of "$st/raw")" = "$(sum_of "$st/rawagain")" ] || give_up ' what is on the disk is not what was written' 71
if [ -n "\${PH_MAGIC-}" ]; then
  begins=$(unseal "$part" 2>/dev/null | gzip -dc 2>/dev/null | head -c "\${#PH_MAGIC}" | tr -d '\\000')
  [ "$begins" = "$PH_MAGIC" ] || give_up " it does not begin with $PH_MAGIC" 71
fi
printf 'ph-part %s %s %s %s\\n' "$(wc -c <"$part" | tr -d ' ')" "$(tr -d ' ' <"$st/bytes")" "$(sum_of "$st/sum")" "$(sum_of "$st/raw")"
`;
