import { pipeHead } from './pipeScript.ts';

/** Proves the file of a part, and gives `feeds` its data. Ends with 71 where the file is not what the manifest says: then nothing was fed; 70 where a stage failed. */
const feedPart = `
file=$PH_SETS/$PH_FROM/$PH_FILE
[ -f "$file" ] && [ ! -L "$file" ] || { echo "$file is not there" >&2; exit 66; }
sha256sum <"$file" >"$st/sum"
[ "$(sum_of "$st/sum")" = "$PH_SHA" ] || { echo "ph-failed the checksum of $PH_FILE is not the one of its manifest" >&2; exit 71; }
stage unseal unseal "$file" | stage unpack unpacked | stage feed feed
if stages_failed unseal unpack feed; then echo "ph-failed$bad" >&2; exit 70; fi
`;

/** Finds where the volume at `PH_PATH` of the container `PH_CONTAINER` lies on the server. */
const volumePlace = `place_of() {
  docker inspect -f "{{range .Mounts}}{{if eq .Destination \\"$2\\"}}{{.Source}}{{end}}{{end}}" "$1"
}
`;

/**
 * What a volume holds, as a tar of its files, while the container `PH_CONTAINER` stands still. For recipes of the form `volume`: the image
 * needs no tool of its own, and what was not written yet is what a loss of power would have lost.
 */
export const volumeDump = `${volumePlace}dump() {
  volume=$(place_of "$PH_CONTAINER" "$PH_PATH") || return
  [ -d "$volume" ] || { echo "there is no volume at $PH_PATH" >&2; return 66; }
  # One that ends again and again cannot be paused.
  if docker pause "$PH_CONTAINER" >/dev/null 2>&1; then
    trap 'docker unpause "$PH_CONTAINER" >/dev/null 2>&1' EXIT
  else
    docker stop -t 30 "$PH_CONTAINER" >/dev/null || return
    trap 'docker start "$PH_CONTAINER" >/dev/null 2>&1' EXIT
  fi
  tar --numeric-owner -C "$volume" -cf - .
}`;

/** What a volume holds, counted on the server. */
export const countVolumeScript = `set -eu
${volumePlace}volume=$(place_of "$PH_CONTAINER" "$PH_PATH")
[ -d "$volume" ]
printf 'files %s\\n' "$(find "$volume" -type f | wc -l | tr -d ' ')"
printf 'bytes %s\\n' "$(find "$volume" -type f -exec cat {} + | wc -c | tr -d ' ')"
`;

/** Feeds a part to a running container `PH_CONTAINER` by the recipe's command. `PH_COMMAND`, `PH_FORM`, `PH_PATH`. */
export const feedScript = `set -eu
LC_ALL=C
export LC_ALL
${pipeHead}
inside() { docker exec -i "$PH_CONTAINER" "$@"; }
feed() {
  if [ "$PH_FORM" = file ]; then
    # shellcheck disable=SC2016
    inside sh -c 'cat >"$1"' sh "$PH_PATH" || return
    inside sh -c "$PH_COMMAND" </dev/null
  else
    inside sh -c "$PH_COMMAND"
  fi
}
${feedPart}`;

/** Puts a part into the volume of the container `PH_CONTAINER`, which is stopped for it, and starts it anew. */
export const feedVolumeScript = `set -eu
LC_ALL=C
export LC_ALL
${pipeHead}
${volumePlace}volume=$(place_of "$PH_CONTAINER" "$PH_PATH")
[ -d "$volume" ] || { echo "there is no volume at $PH_PATH" >&2; exit 66; }
feed() {
  docker stop -t 30 "$PH_CONTAINER" >/dev/null || return
  find "$volume" -mindepth 1 -delete || return
  tar --numeric-owner -C "$volume" -xf -
}
started() { docker start "$PH_CONTAINER" >/dev/null; }
${feedPart}
started
`;

/** Unpacks the release of a set into `PH_INTO`, a directory `.tried-…` beside the sets, and counts what came. */
export const unpackReleaseScript = `set -eu
LC_ALL=C
export LC_ALL
${pipeHead}
case $PH_INTO in "$PH_SETS"/.tried-?*) ;; *) exit 64 ;; esac
rm -rf "$PH_INTO"
mkdir "$PH_INTO"
feed() { tar -C "$PH_INTO" -xf -; }
${feedPart}
printf 'files %s\\n' "$(find "$PH_INTO" ! -type d -print | wc -l | tr -d ' ')"
`;

/**
 * Puts the release of a set in its place below `PH_STACK`. One of the same number that is there is kept beside it as
 * `releases/ID.before-SET`; where nothing is current it becomes what is.
 */
export const placeReleaseScript = `set -eu
[ -d "$PH_INTO/releases/$PH_ID" ] || { echo 'the set holds no release of this number' >&2; exit 66; }
mkdir -p "$PH_STACK/releases"
if [ -e "$PH_STACK/releases/$PH_ID" ]; then
  rm -rf "\${PH_STACK:?}/releases/.$PH_ID.before"
  mv "$PH_STACK/releases/$PH_ID" "$PH_STACK/releases/.$PH_ID.before"
fi
mv "$PH_INTO/releases/$PH_ID" "$PH_STACK/releases/$PH_ID"
if [ -d "$PH_INTO/files" ]; then mkdir -p "$PH_STACK/files"; cp -a -n "$PH_INTO/files/." "$PH_STACK/files/" || :; fi
if [ -f "$PH_INTO/project" ] && [ ! -e "$PH_STACK/project" ]; then cp -p "$PH_INTO/project" "$PH_STACK/project"; fi
if [ ! -L "$PH_STACK/current" ]; then ln -s "releases/$PH_ID" "$PH_STACK/current"; fi
rm -rf "\${PH_INTO:?}"
`;

/** Starts what a release holds that was put in its place. `head` gives `compose`. */
export const upReleaseScript = (head: string) => `${head}
compose up -d --wait --wait-timeout "$PH_TRIES"
`;

/**
 * Empties the volumes of a container, which a new start then fills as on the first day: for data that its own server cannot open any more.
 * `PH_WORD_1` …: where they are mounted.
 */
export const emptyVolumesScript = `set -eu
${volumePlace}docker stop -t 30 "$PH_CONTAINER" >/dev/null
n=0
while [ "$n" -lt "$PH_WORDS" ]; do
  n=$((n + 1))
  eval "path=\\$PH_WORD_$n"
  volume=$(place_of "$PH_CONTAINER" "$path")
  case $volume in */volumes/?*/_data) ;; *) echo "$path is no volume of its own" >&2; exit 64 ;; esac
  find "$volume" -mindepth 1 -delete
done
docker start "$PH_CONTAINER" >/dev/null
`;

/** Calls the words `PH_WORD_1` … in `PH_CONTAINER` until they end with 0, or `PH_TRIES` seconds have passed: then 73, with the container's last words. */
export const awaitScript = `set -eu
n=0
set --
while [ "$n" -lt "$PH_WORDS" ]; do
  n=$((n + 1))
  eval "set -- \\"\\$@\\" \\"\\$PH_WORD_$n\\""
done
n=0
until docker exec "$PH_CONTAINER" "$@" >/dev/null 2>&1; do
  n=$((n + 1))
  if [ "$n" -ge "$PH_TRIES" ]; then
    docker logs --tail 20 "$PH_CONTAINER" >&2 || :
    echo "$PH_CONTAINER did not become ready in $PH_TRIES s" >&2
    exit 73
  fi
  sleep 1
done
`;

/** Makes the scratch container `PH_CONTAINER` by `docker create` with the words `PH_WORD_1` …, its environment from `$PH_SECRETS/environment`, and starts it. */
export const scratchScript = `set -eu
docker rm -f -v "$PH_CONTAINER" >/dev/null 2>&1 || :
n=0
set --
while [ "$n" -lt "$PH_WORDS" ]; do
  n=$((n + 1))
  eval "set -- \\"\\$@\\" \\"\\$PH_WORD_$n\\""
done
docker create --name "$PH_CONTAINER" --env-file "$PH_SECRETS/environment" "$@" >/dev/null
docker start "$PH_CONTAINER" >/dev/null
`;

/** Removes the scratch container with its volumes. */
export const removeScratchScript = `set -eu
case $PH_CONTAINER in ph-scratch-*) ;; *) exit 64 ;; esac
docker rm -f -v "$PH_CONTAINER" >/dev/null 2>&1 || :
`;

/** Counts by the recipe's check inside of `PH_CONTAINER`. */
export const countScript = `set -eu
exec docker exec "$PH_CONTAINER" sh -c "$PH_COMMAND" </dev/null
`;
