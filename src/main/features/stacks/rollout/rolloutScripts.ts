import { keepLogs } from '../release/keepLogs.ts';
import { composeHead, scriptHead } from '../release/scriptHead.ts';

/** Pulls the images of a release, and builds those that it brings the sources of, unless they are there from before. */
export const pullScript = `${composeHead}
# What this prints holds secrets, and goes nowhere.
if ! compose config | grep -q '^    build:'; then
  compose pull
  exit 0
fi
compose pull --ignore-buildable
compose config --images | sort -u | while IFS= read -r image; do
  if ! docker image inspect "$image" >/dev/null 2>&1; then printf '%s\\n' "$image"; fi
done | grep -q . || exit 0
compose build
`;

/** Prints the images of a release that are not on the server. */
export const missingImagesScript = `${composeHead}
compose config --images | sort -u | while IFS= read -r image; do
  if ! docker image inspect "$image" >/dev/null 2>&1; then printf '%s\\n' "$image"; fi
done
`;

const switchLink = `link="$PH_STACK/.current.$PH_ID"
ln -sfn "releases/$PH_ID" "$link"
# A plain mv would follow the old link into its directory.
mv -fT "$link" "$PH_STACK/current" 2>/dev/null || mv -fh "$link" "$PH_STACK/current" 2>/dev/null || {
  rm -f "$link"
  ln -sfn "releases/$PH_ID" "$PH_STACK/current"
}
`;

/** Removes what commands in containers of their own have left running. */
const noOneOffs = `docker ps --all --quiet --filter "label=com.docker.compose.project=$PH_PROJECT" --filter "label=com.docker.compose.oneoff=True" | while IFS= read -r id; do
  docker rm --force "$id" >/dev/null
done
`;

/**
 * Removes the containers of services that the release does not run, before anything of it starts: Compose takes those of a profile that
 * was turned off for no orphans, and what runs on keeps its card and its name.
 */
const leaveOut = `if [ "$(readlink "$PH_STACK/current" 2>/dev/null || true)" != "releases/$PH_ID" ]; then
  wanted=$(compose config --services)
  docker ps --all --quiet --filter "label=com.docker.compose.project=$PH_PROJECT" | while IFS= read -r id; do
    service=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}' "$id")
    if printf '%s\\n' "$wanted" | grep -qxF -e "$service"; then continue; fi
    docker stop "$id" >/dev/null
    docker rm --force "$id" >/dev/null
  done
fi
`;

/** Points `current` to a release and starts it, or only `PH_SERVICES` of it (names with spaces between). `PH_STACK`, `PH_ID`. */
export const upScript = `${composeHead}
${keepLogs}
${leaveOut}
${switchLink}
set --
for service in \${PH_SERVICES-}; do set -- "$@" "$service"; done
if [ $# -eq 0 ]; then set -- --remove-orphans; fi
compose up --detach "$@"
`;

/** Runs a command in a container of its own. `PH_SERVICE`, `PH_COMMAND` (one word per line). */
export const runOnceScript = `${composeHead}
${noOneOffs}
set --
while IFS= read -r word; do set -- "$@" "$word"; done <<WORDS
$PH_COMMAND
WORDS
compose run --rm -T --no-deps "$PH_SERVICE" "$@" </dev/null
`;

/** Points `current` back, stops all but `PH_SERVICES` and starts those of the release that comes back, so that their data can be. */
export const quietScript = `${composeHead}
${keepLogs}
${switchLink}
${noOneOffs}
docker ps --quiet --filter "label=com.docker.compose.project=$PH_PROJECT" | while IFS= read -r id; do
  service=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}' "$id")
  case " $PH_SERVICES " in
    *" $service "*) ;;
    *) docker stop "$id" >/dev/null ;;
  esac
done
set --
for service in $PH_SERVICES; do set -- "$@" "$service"; done
compose up --detach --no-deps "$@"
`;

/** `SERVICE<TAB>IMAGE<TAB>DIGESTS<TAB>COMMIT` of every container of a project. `PH_PROJECT`. */
export const imagesScript = `${scriptHead}
docker ps --all --quiet --filter "label=com.docker.compose.project=$PH_PROJECT" | while IFS= read -r id; do
  image=$(docker inspect --format '{{.Image}}' "$id")
  name=$(docker inspect --format '{{index .Config.Labels "com.docker.compose.service"}}{{"\\t"}}{{.Config.Image}}' "$id")
  commit=$(docker image inspect --format '{{index .Config.Labels "org.opencontainers.image.revision"}}' "$image" 2>/dev/null || true)
  printf '%s\\t%s\\t%s\\n' "$name" "$(docker image inspect --format '{{join .RepoDigests ","}}' "$image" 2>/dev/null || true)" "$commit"
done
`;

/** Address of a running container of a service, as the server reaches it; nothing where there is none. `PH_PROJECT`, `PH_SERVICE`. */
export const addressScript = `${scriptHead}
docker ps --quiet --filter "label=com.docker.compose.project=$PH_PROJECT" --filter "label=com.docker.compose.service=$PH_SERVICE" | head -n 1 | while IFS= read -r id; do
  docker inspect --format '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{"\\n"}}{{end}}' "$id" | grep -v '^$' | head -n 1
done
`;
