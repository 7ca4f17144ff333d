/**
 * POSIX sh scripts that are run on servers. Values reach them in the environment only. Those that deal with a release take
 * `COMPOSE_FILE`, `PH_PROJECT`, `PH_RELEASE` (its directory) and `PH_FILES` (directory of the files that containers mount).
 */
const head = `set -eu
LC_ALL=C
HOME=\${HOME:-/root}
COMPOSE_ANSI=never
COMPOSE_PROGRESS=plain
COMPOSE_PATH_SEPARATOR=:
export LC_ALL HOME COMPOSE_ANSI COMPOSE_PROGRESS COMPOSE_PATH_SEPARATOR
`;

const compose = `${head}
compose() { docker compose -p "$PH_PROJECT" --project-directory "$PH_FILES" --env-file "$PH_RELEASE/env" "$@"; }
`;

/** Says how Docker is and what the server has, as `key=value` lines; keys may repeat. `PH_PROJECT`, `PH_STACKS`. */
export const preflightScript = `${head}
printf 'user=%s\\n' "$(id -un)"
if ! command -v docker >/dev/null 2>&1; then
  echo docker=missing
  exit 0
fi
if ! answer=$(docker version --format '{{.Server.Version}}' 2>&1); then
  case $answer in
    *'permission denied'*) echo docker=denied ;;
    *) printf 'docker=down\\nreason=%s\\n' "$(printf '%s\\n' "$answer" | tail -n 1)" ;;
  esac
  exit 0
fi
printf 'docker=ok\\nserver=%s\\n' "$answer"
printf 'compose=%s\\n' "$(docker compose version --short 2>/dev/null || true)"
awk '$1 == "MemTotal:" { printf "memoryMib=%d\\n", $2 / 1024 }' /proc/meminfo 2>/dev/null || true
place=$(docker info --format '{{.DockerRootDir}}' 2>/dev/null || true)
if [ ! -d "$place" ]; then place=$PH_STACKS; fi
while [ ! -d "$place" ]; do place=$(dirname "$place"); done
df -Pk "$place" | awk 'NR == 2 { printf "diskMib=%d\\n", $4 / 1024 }'
docker ps --filter "label=com.docker.compose.project=$PH_PROJECT" --format 'own={{.Ports}}'
if command -v ss >/dev/null 2>&1; then
  ss -Htln | awk '{ print "listen=" $4 }'
else
  echo listen=unknown
fi
`;

/** Prints what `parseStackState` reads. `PH_STACK`. */
export const readStateScript = `set -eu
LC_ALL=C
export LC_ALL
if [ -L "$PH_STACK/current" ]; then printf 'current %s\\n' "$(basename "$(readlink "$PH_STACK/current")")"; fi
for place in "$PH_STACK"/releases/r*; do
  if [ ! -d "$place" ]; then continue; fi
  printf 'release %s\\n' "$(basename "$place")"
  if [ -f "$place/manifest.json" ]; then printf 'manifest %s\\n' "$(cat "$place/manifest.json")"; fi
done
`;

/** Takes the deploy lock: prints `taken`, or `held AGE_S OWNER_JSON`. `PH_STACK`, `PH_OWNER` (one line of JSON), `PH_BREAK` (1 removes what is there). */
export const lockScript = `set -eu
umask 077
mkdir -p "$PH_STACK"
if [ "$PH_BREAK" = 1 ]; then rm -rf "$PH_STACK/lock"; fi
if mkdir "$PH_STACK/lock" 2>/dev/null; then
  printf '%s\\n' "$PH_OWNER" >"$PH_STACK/lock/owner.new"
  mv "$PH_STACK/lock/owner.new" "$PH_STACK/lock/owner.json"
  echo taken
  exit 0
fi
if [ ! -d "$PH_STACK/lock" ]; then
  mkdir "$PH_STACK/lock"
  exit 1
fi
printf 'held %s %s\\n' "$(($(date +%s) - $(stat -c %Y "$PH_STACK/lock" 2>/dev/null || stat -f %m "$PH_STACK/lock")))" "$(cat "$PH_STACK/lock/owner.json" 2>/dev/null || true)"
`;

/** Gives the deploy lock back where this operation holds it. `PH_STACK`, `PH_OPERATION`. */
export const unlockScript = `set -eu
if grep -q "\\"operationId\\":\\"$PH_OPERATION\\"" "$PH_STACK/lock/owner.json" 2>/dev/null; then rm -rf "$PH_STACK/lock"; fi
`;

/** Makes empty directories for an upload. `PH_STACK`, `PH_DRAFT`, `PH_FILES_DRAFT`, `PH_DIRECTORIES` (one per line, below the latter). */
export const prepareUploadScript = `set -eu
umask 077
mkdir -p "$PH_STACK/releases" "$PH_STACK/files"
rm -rf "$PH_DRAFT" "$PH_FILES_DRAFT"
mkdir "$PH_DRAFT"
# Containers that do not run as root read these; the directories above keep other logins out.
umask 022
mkdir "$PH_FILES_DRAFT"
printf '%s\\n' "$PH_DIRECTORIES" | while IFS= read -r name; do
  if [ -n "$name" ]; then mkdir -p "$PH_FILES_DRAFT/$name"; fi
done
`;

/** Lets Compose judge the draft. Exit 65: the files are not valid; their problem is on stderr. */
export const checkUploadScript = `${compose}
if ! compose config --quiet; then exit 65; fi
`;

/** Puts an upload in its place. `PH_STACK`, `PH_DRAFT`, `PH_TARGET`, `PH_FILES_DRAFT`, `PH_FILES_TARGET`. */
export const finishUploadScript = `set -eu
if [ -d "$PH_FILES_TARGET" ]; then rm -rf "$PH_FILES_DRAFT"; else mv "$PH_FILES_DRAFT" "$PH_FILES_TARGET"; fi
mv "$PH_DRAFT" "$PH_TARGET"
`;

/** Removes the draft of an upload that was refused. */
export const dropUploadScript = `set -eu
rm -rf "$PH_DRAFT" "$PH_FILES_DRAFT"
`;

/** Pulls the images of a release. */
export const pullScript = `${compose}
compose pull
`;

/** Prints the images of a release that are not on the server. */
export const missingImagesScript = `${compose}
compose config --images | sort -u | while IFS= read -r image; do
  if ! docker image inspect "$image" >/dev/null 2>&1; then printf '%s\\n' "$image"; fi
done
`;

/** Points `current` to a release and starts it. `PH_STACK`, `PH_ID`. */
export const upScript = `${compose}
link="$PH_STACK/.current.$PH_ID"
ln -sfn "releases/$PH_ID" "$link"
# A plain mv would follow the old link into its directory.
mv -fT "$link" "$PH_STACK/current" 2>/dev/null || mv -fh "$link" "$PH_STACK/current" 2>/dev/null || {
  rm -f "$link"
  ln -sfn "releases/$PH_ID" "$PH_STACK/current"
}
compose up --detach --remove-orphans
`;

/** Stops and removes the containers of a project and forgets that it is current; volumes and releases stay. `PH_PROJECT`, `PH_STACK`. */
export const downScript = `${head}
unset COMPOSE_FILE
cd /
docker compose -p "$PH_PROJECT" down --remove-orphans
rm -f "$PH_STACK/current"
`;

/** Restarts services of a release. `PH_SERVICES`: names with spaces between, none for all. */
export const restartScript = `${compose}
set --
for service in $PH_SERVICES; do set -- "$@" "$service"; done
compose restart "$@"
`;

/** Runs a command in a container of a service. `PH_SERVICE`, `PH_COMMAND` (one word per line). */
export const execScript = `${compose}
set --
while IFS= read -r word; do set -- "$@" "$word"; done <<WORDS
$PH_COMMAND
WORDS
compose exec -T "$PH_SERVICE" "$@" </dev/null
`;

/** Address of a running container of a service, as the server reaches it; nothing where there is none. `PH_PROJECT`, `PH_SERVICE`. */
export const addressScript = `${head}
docker ps --quiet --filter "label=com.docker.compose.project=$PH_PROJECT" --filter "label=com.docker.compose.service=$PH_SERVICE" | head -n 1 | while IFS= read -r id; do
  docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{"\\n"}}{{end}}' "$id" | grep -v '^$' | head -n 1
done
`;

/** Containers of a project as `parseComposePs` reads them. `PH_PROJECT`. */
export const containersScript = `${head}
cd /
docker compose -p "$PH_PROJECT" ps --all --format json
`;

/** `SERVICE<TAB>IMAGE<TAB>DIGESTS<TAB>COMMIT` of every container of a project. `PH_PROJECT`. */
export const imagesScript = `${head}
docker ps --all --quiet --filter "label=com.docker.compose.project=$PH_PROJECT" | while IFS= read -r id; do
  image=$(docker inspect --format '{{.Image}}' "$id")
  name=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}{{"\\t"}}{{.Config.Image}}' "$id")
  commit=$(docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.revision"}}' "$image" 2>/dev/null || true)
  printf '%s\\t%s\\t%s\\n' "$name" "$(docker image inspect --format '{{join .RepoDigests ","}}' "$image" 2>/dev/null || true)" "$commit"
done
`;

/** Lines of the containers of a project, for as long as they run. `PH_PROJECT`, `PH_TAIL`, `PH_SINCE`, `PH_FOLLOW`, `PH_SERVICES`. */
export const logsScript = `${head}
cd /
set -- --timestamps --no-color --tail "$PH_TAIL"
if [ -n "$PH_SINCE" ]; then set -- "$@" --since "$PH_SINCE"; fi
if [ "$PH_FOLLOW" = 1 ]; then set -- "$@" --follow; fi
for service in $PH_SERVICES; do set -- "$@" "$service"; done
exec docker compose -p "$PH_PROJECT" logs "$@"
`;

/**
 * One HTTP request from the server itself, by whatever it has: curl, python3, wget or bash. `PH_URL`, `PH_BODY` (JSON to post; empty
 * for a GET), `PH_SECONDS`. Prints `status=NNN` and the body, or `error=…`; `error=no-client` where it has none of them.
 */
export const httpScript = `set -eu
LC_ALL=C
export LC_ALL
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
gave_up() {
  printf 'error=%s\\n' "$(tail -n 1 "$work/err" | tr -d '\\r')"
  exit 0
}
by_curl() {
  set -- --silent --show-error --output "$work/body" --write-out '%{http_code}' --max-time "$PH_SECONDS" --noproxy '*'
  if [ -n "$PH_BODY" ]; then
    printf '%s' "$PH_BODY" >"$work/request"
    set -- "$@" --header 'Content-Type: application/json' --data-binary "@$work/request"
  fi
  status=$(curl "$@" "$PH_URL" 2>"$work/err") || gave_up
}
by_python() {
  status=$(python3 - "$work/body" 2>"$work/err" <<'PYTHON'
import os, sys, urllib.error, urllib.request
body = os.environ["PH_BODY"].encode() or None
request = urllib.request.Request(os.environ["PH_URL"], body, {"Content-Type": "application/json"} if body else {})
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    answer = opener.open(request, timeout=float(os.environ["PH_SECONDS"]))
except urllib.error.HTTPError as error:
    answer = error
except Exception as error:
    sys.exit(str(error))
with open(sys.argv[1], "wb") as file:
    file.write(answer.read(65536))
print(answer.getcode())
PYTHON
) || gave_up
}
by_wget() {
  set -- -S -O "$work/body" -T "$PH_SECONDS" -Y off
  if wget --version 2>/dev/null | grep -q GNU; then set -- -S -O "$work/body" -T "$PH_SECONDS" --tries=1 --no-proxy --content-on-error; fi
  if [ -n "$PH_BODY" ]; then set -- "$@" --header 'Content-Type: application/json' --post-data "$PH_BODY"; fi
  wget "$@" "$PH_URL" 2>"$work/err" || true
  status=$(awk '$1 ~ /^HTTP\\// { status = $2 } END { print status }' "$work/err")
  if [ -z "$status" ]; then gave_up; fi
}
by_bash() {
  bash -c '
    rest=\${PH_URL#http://}
    place=\${rest%%/*}
    port=\${place##*:}
    [ "$port" != "$place" ] || port=80
    exec 3<>"/dev/tcp/\${place%:*}/$port" || exit 1
    if [ -n "$PH_BODY" ]; then
      printf "POST /%s HTTP/1.0\\r\\nHost: %s\\r\\nContent-Type: application/json\\r\\nContent-Length: %s\\r\\n\\r\\n%s" "\${rest#*/}" "$place" "\${#PH_BODY}" "$PH_BODY" >&3
    else
      printf "GET /%s HTTP/1.0\\r\\nHost: %s\\r\\n\\r\\n" "\${rest#*/}" "$place" >&3
    fi
    cat <&3
  ' >"$work/answer" 2>"$work/err" || gave_up
  status=$(awk 'NR == 1 { print $2 }' "$work/answer")
  sed '1,/^.\\{0,1\\}$/d' "$work/answer" >"$work/body"
}
: >"$work/body"
: >"$work/err"
if command -v curl >/dev/null 2>&1; then
  by_curl
elif command -v python3 >/dev/null 2>&1; then
  by_python
elif command -v wget >/dev/null 2>&1; then
  by_wget
elif command -v bash >/dev/null 2>&1; then
  by_bash
else
  echo error=no-client
  exit 0
fi
printf 'status=%s\\n' "$status"
head -c 65536 "$work/body"
`;
