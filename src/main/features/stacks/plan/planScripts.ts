import { composeHead, scriptHead } from '../release/scriptHead.ts';

/** As `unpackDraftScript`, for a look only: nothing of the draft is left. The directory is new, and nobody else's. `PH_DRAFT`. */
export const resolveDraftScript = `${composeHead}
umask 077
mkdir "$PH_DRAFT"
trap 'rm -rf "$PH_DRAFT"' EXIT
trap 'exit 129' HUP INT TERM
tar -xpf - -C "$PH_DRAFT"
if ! compose config --format json; then exit 65; fi
`;

/**
 * What Compose makes of a release that is on the server (a line `resolved JSON`), the hash of each service as it puts it into a label
 * (`hash SERVICE HASH`), the text files of its project (`file SHA256 PATH<TAB>BASE64`, the longest without their text), and what its containers mount of them
 * (`mounted SHA256 PLACE`, `PH_TREES`: hashes with spaces between). What is resolved
 * is hashed, since Compose hashes services with env files otherwise when it is only asked.
 */
export const appliedScript = `${composeHead}
resolved=$(compose config --format json)
printf 'resolved %s\\n' "$(printf '%s' "$resolved" | tr -d '\\n')"
printf '%s' "$resolved" | docker compose -p "$PH_PROJECT" -f - config --hash '*' | sed 's/^/hash /'
if [ -d "$PH_RELEASE/project" ]; then cd "$PH_RELEASE/project"; else cd "$PH_FILES"; fi
find . -type f | while IFS= read -r name; do
  printf 'file %s %s\\t' "$(sha256sum "$name" | cut -d ' ' -f 1)" "\${name#./}"
  if [ "$(wc -c <"$name")" -le 65536 ]; then base64 <"$name" | tr -d '\\n'; fi
  echo
done
for tree in $PH_TREES; do
  if ! cd "$PH_STACK/files/$tree" 2>/dev/null; then continue; fi
  find . -type f | while IFS= read -r name; do printf 'mounted %s %s\\n' "$(sha256sum "$name" | cut -d ' ' -f 1)" "files/$tree/\${name#./}"; done
done
`;

/** `hash SERVICE HASH` of a resolved project on stdin, as Compose puts it into the label of containers. `COMPOSE_PROFILES`: a service of another is left out. */
export const hashScript = `${scriptHead}
unset COMPOSE_FILE
cd /
docker compose -p "$PH_PROJECT" -f - config --hash '*' | sed 's/^/hash /'
`;

/**
 * What of a project is live: `container JSON`, `network JSON`, `volume NAME` and `networks NAME` of all there are, `image REFERENCE<TAB>JSON`
 * for each line of `PH_IMAGES` and each image of a container (null where it is not there).
 */
export const liveScript = `${scriptHead}
cd /
ids=$(docker ps --all --quiet --no-trunc --filter "label=com.docker.compose.project=$PH_PROJECT")
if [ -n "$ids" ]; then
  # A container may go between the two.
  # shellcheck disable=SC2086
  docker inspect --format 'container {{json .}}' $ids 2>/dev/null || true
fi
nets=$(docker network ls --quiet --filter "label=com.docker.compose.project=$PH_PROJECT")
# shellcheck disable=SC2086
if [ -n "$nets" ]; then docker network inspect --format 'network {{json .}}' $nets 2>/dev/null || true; fi
docker volume ls --format 'volume {{.Name}}'
docker network ls --format 'networks {{.Name}}'
printf '%s\\n' "$PH_IMAGES" | while IFS= read -r image; do
  if [ -z "$image" ]; then continue; fi
  # What is not there is an empty line, too.
  if json=$(docker image inspect --format '{{json .}}' "$image" 2>/dev/null); then :; else json=null; fi
  printf 'image %s\\t%s\\n' "$image" "$json"
done
if [ -n "$ids" ]; then
  # shellcheck disable=SC2046,SC2086
  docker image inspect --format 'image {{.Id}}{{"\\t"}}{{json .}}' $(docker inspect --format '{{.Image}}' $ids 2>/dev/null | sort -u) 2>/dev/null || true
fi
`;

/**
 * Asks registries about images (lines of `PH_IMAGES`), without pulling: `manifest REFERENCE<TAB>JSON on one line`, or `unknown REFERENCE<TAB>why`; then
 * `layer DIGEST` for each line of `PH_LAYERS` that Docker has. `PH_SECONDS` for each image.
 */
export const registryScript = `${scriptHead}
limit() { if command -v timeout >/dev/null 2>&1; then timeout "$PH_SECONDS" "$@"; else "$@"; fi; }
ask() {
  code=0
  answer=$(limit docker manifest inspect --verbose "$1" 2>&1) || code=$?
  if [ "$code" = 0 ]; then
    printf 'manifest %s\\t%s\\n' "$1" "$(printf '%s' "$answer" | tr -d '\\n')"
  elif [ "$code" = 124 ]; then
    printf 'unknown %s\\tit does not answer within %s s\\n' "$1" "$PH_SECONDS"
  elif other=$(limit docker buildx imagetools inspect --format '{{json .}}' "$1" 2>/dev/null); then
    printf 'imagetools %s\\t%s\\n' "$1" "$(printf '%s' "$other" | tr -d '\\n')"
  else
    printf 'unknown %s\\t%s\\n' "$1" "$(printf '%s\\n' "$answer" | tail -n 1)"
  fi
}
printf '%s\\n' "$PH_IMAGES" | {
  while IFS= read -r image; do
    if [ -n "$image" ]; then ask "$image" & fi
  done
  wait
}
`;

/** `layer DIGEST` for each line of `PH_LAYERS` (compressed, `sha256:…`) that Docker has, whichever store it uses; `layers unknown` where that cannot be seen. */
export const layersScript = `${scriptHead}
root=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null || true)
found=0
for place in "$root"/image/*/distribution/diffid-by-digest/sha256 "$root"/containerd/daemon/io.containerd.content.v1.content/blobs/sha256 /var/lib/containerd/io.containerd.content.v1.content/blobs/sha256; do
  if [ ! -d "$place" ]; then continue; fi
  found=1
  printf '%s\\n' "$PH_LAYERS" | while IFS= read -r digest; do
    if [ -n "$digest" ] && [ -e "$place/\${digest#sha256:}" ]; then printf 'layer %s\\n' "$digest"; fi
  done
done
if [ "$found" = 0 ]; then echo 'layers unknown'; fi
`;
