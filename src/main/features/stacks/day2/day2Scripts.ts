import { keepLogs } from '../release/keepLogs.ts';
import { composeHead, scriptHead } from '../release/scriptHead.ts';

/** Starts or stops containers that are there. `PH_VERB` (start, stop), `PH_SERVICES`: names with spaces between, none for all. */
export const serviceScript = `${composeHead}
set --
for service in $PH_SERVICES; do set -- "$@" "$service"; done
compose "$PH_VERB" "$@"
`;

/**
 * Makes services as in the release: removes containers (ids in `PH_EXTRA`), puts files back, makes containers of `PH_ANEW` anew, brings
 * up those of `PH_UP`, restarts those of `PH_RESTART`. Services that are not named are not touched. Prints `lost PATH` for each file whose recorded
 * content is nowhere any more. `PH_GONE`: files to remove. `PH_BACK`: lines of a file's recorded SHA-256 and the places where copies of it are, with tabs between.
 */
export const revertScript = `${composeHead}
${keepLogs}
tab=$(printf '\\t')
printf '%s\\n' "$PH_BACK" | while IFS="$tab" read -r sum one two three; do
  good=
  for copy in "$one" "$two" "$three"; do
    if [ -f "$copy" ] && [ "$(sha256sum "$copy" | cut -d ' ' -f 1)" = "$sum" ]; then good=$copy; fi
  done
  if [ -n "$sum" ] && [ -z "$good" ]; then printf 'lost %s\\n' "$one"; fi
  for copy in "$one" "$two" "$three"; do
    # The file itself is written, and not put in its place: a container that mounts it would keep the old one.
    if [ -n "$good" ] && [ -n "$copy" ] && [ "$copy" != "$good" ]; then mkdir -p "$(dirname "$copy")"; cat "$good" >"$copy"; fi
  done
done
printf '%s\\n' "$PH_GONE" | while IFS= read -r file; do
  if [ -n "$file" ]; then rm -f "$file"; fi
done
for id in $PH_EXTRA; do docker rm --force "$id"; done
if [ -n "$PH_ANEW" ]; then
  set --
  for service in $PH_ANEW; do set -- "$@" "$service"; done
  compose up --detach --no-deps --force-recreate "$@"
fi
if [ -n "$PH_UP" ]; then
  set --
  for service in $PH_UP; do set -- "$@" "$service"; done
  compose up --detach --no-deps "$@"
fi
if [ -n "$PH_RESTART" ]; then
  set --
  for service in $PH_RESTART; do set -- "$@" "$service"; done
  compose restart "$@"
fi
`;

/**
 * What of a stack could go: `release ID BYTES`, `files HASH BYTES`, `volume NAME BYTES` of the project, `image ID<TAB>BYTES<TAB>NAMES` of all that are there
 * (tags and digests, with commas between) `used IMAGE` and `mounted VOLUME` for what containers of any project have, and `manifest STACK JSON` of every release of every stack. Sizes in bytes; `-`: unknown.
 */
export const prunableScript = `${scriptHead}
cd /
size() { du -sk "$1" 2>/dev/null | awk '{ printf "%d", $1 * 1024 }'; }
for place in "$PH_STACK"/releases/r*; do
  if [ -d "$place" ]; then printf 'release %s %s\\n' "$(basename "$place")" "$(size "$place")"; fi
done
for place in "$PH_STACK"/files/*; do
  if [ -d "$place" ]; then printf 'files %s %s\\n' "$(basename "$place")" "$(size "$place")"; fi
done
docker volume ls --quiet --filter "label=com.docker.compose.project=$PH_PROJECT" | while IFS= read -r name; do
  place=$(docker volume inspect --format '{{.Mountpoint}}' "$name" 2>/dev/null || true)
  bytes=$(size "$place")
  printf 'volume %s %s\\n' "$name" "\${bytes:--}"
done
docker image ls --quiet --no-trunc | sort -u | while IFS= read -r id; do
  docker image inspect --format 'image {{.Id}}{{"\\t"}}{{.Size}}{{"\\t"}}{{join .RepoTags ","}},{{join .RepoDigests ","}}' "$id" 2>/dev/null || true
done
ids=$(docker ps --all --quiet)
# shellcheck disable=SC2086
if [ -n "$ids" ]; then docker inspect --format 'used {{.Image}}' $ids 2>/dev/null | sort -u; fi
ids=$(docker ps --all --quiet)
# shellcheck disable=SC2086
if [ -n "$ids" ]; then docker inspect --format '{{range .Mounts}}{{if eq .Type "volume"}}mounted {{.Name}}{{"\\n"}}{{end}}{{end}}' $ids 2>/dev/null | grep . | sort -u; fi
for manifest in "$PH_STACKS"/*/releases/r*/manifest.json; do
  if [ -f "$manifest" ]; then printf 'manifest %s %s\\n' "$(basename "$(dirname "$(dirname "$(dirname "$manifest")")")")" "$(cat "$manifest")"; fi
done
`;

/** Removes what a prune has chosen, one line each of `PH_RELEASES`, `PH_PRUNED_FILES`, `PH_IMAGES` (ids), `PH_VOLUMES`. Never forces: what is in use stays, and is said. */
export const pruneScript = `${scriptHead}
cd /
each() { printf '%s\\n' "$1" | grep . || true; }
each "$PH_RELEASES" | while IFS= read -r name; do
  if [ "$(readlink "$PH_STACK/current" 2>/dev/null || true)" = "releases/$name" ]; then echo "kept release $name: it is current"; continue; fi
  # First out of sight, so that a release is whole or not there.
  mv "$PH_STACK/releases/$name" "$PH_STACK/releases/.$name.gone"
  rm -rf "$PH_STACK/releases/.$name.gone"
  echo "removed release $name"
done
each "$PH_PRUNED_FILES" | while IFS= read -r name; do
  rm -rf "$PH_STACK/files/$name"
  echo "removed files $name"
done
each "$PH_IMAGES" | while IFS= read -r id; do
  tags=$(docker image inspect --format '{{join .RepoTags " "}}' "$id" 2>/dev/null || true)
  # shellcheck disable=SC2086
  if docker image rm \${tags:-"$id"} >/dev/null 2>&1; then echo "removed image $id"; else echo "kept image $id: it is in use"; fi
done
each "$PH_VOLUMES" | while IFS= read -r name; do
  if docker volume rm "$name" >/dev/null 2>&1; then echo "removed volume $name"; else echo "kept volume $name: it is in use"; fi
done
`;
