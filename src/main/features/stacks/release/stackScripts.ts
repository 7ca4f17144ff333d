import { keepLogs } from './keepLogs.ts';
import { composeHead, scriptHead } from './scriptHead.ts';

/** Says how Docker is and what the server has, as `key=value` lines; keys may repeat. `PH_PROJECT`, `PH_STACKS`. */
export const preflightScript = `${scriptHead}
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

/** Prints the secrets of a release: of their own file, which a person's own project has, or of its env file. `PH_RELEASE`. */
export const secretsScript = `set -eu
if [ -f "$PH_RELEASE/secrets" ]; then exec cat "$PH_RELEASE/secrets"; fi
exec cat "$PH_RELEASE/env"
`;

/** Stops and removes the containers of a project and forgets that it is current; volumes and releases stay. `PH_PROJECT`, `PH_STACK`. */
export const downScript = `${scriptHead}
${keepLogs}
unset COMPOSE_FILE
cd /
docker compose -p "$PH_PROJECT" down --remove-orphans
rm -f "$PH_STACK/current"
`;

/** Restarts services of a release. `PH_SERVICES`: names with spaces between, none for all. */
export const restartScript = `${composeHead}
set --
for service in $PH_SERVICES; do set -- "$@" "$service"; done
compose restart "$@"
`;

/** Runs a command in a container of a service. `PH_SERVICE`, `PH_COMMAND` (one word per line). */
export const execScript = `${composeHead}
set --
while IFS= read -r word; do set -- "$@" "$word"; done <<WORDS
$PH_COMMAND
WORDS
compose exec -T "$PH_SERVICE" "$@" </dev/null
`;

/** Containers of a project as `parseComposePs` reads them. `PH_PROJECT`. */
export const containersScript = `${scriptHead}
cd /
docker compose -p "$PH_PROJECT" ps --all --format json
`;

/** Lines of the containers of a project, for as long as they run. `PH_PROJECT`, `PH_TAIL`, `PH_SINCE`, `PH_FOLLOW`, `PH_SERVICES`. */
export const logsScript = `${scriptHead}
cd /
set -- --timestamps --no-color --tail "$PH_TAIL"
if [ -n "$PH_SINCE" ]; then set -- "$@" --since "$PH_SINCE"; fi
if [ "$PH_FOLLOW" = 1 ]; then set -- "$@" --follow; fi
for service in $PH_SERVICES; do set -- "$@" "$service"; done
exec docker compose -p "$PH_PROJECT" logs "$@"
`;
