import { composeHead, scriptHead } from '../release/scriptHead.ts';

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

/** Pulls the images of a release. */
export const pullScript = `${composeHead}
compose pull
`;

/** Prints the images of a release that are not on the server. */
export const missingImagesScript = `${composeHead}
compose config --images | sort -u | while IFS= read -r image; do
  if ! docker image inspect "$image" >/dev/null 2>&1; then printf '%s\\n' "$image"; fi
done
`;

/** Points `current` to a release and starts it. `PH_STACK`, `PH_ID`. */
export const upScript = `${composeHead}
link="$PH_STACK/.current.$PH_ID"
ln -sfn "releases/$PH_ID" "$link"
# A plain mv would follow the old link into its directory.
mv -fT "$link" "$PH_STACK/current" 2>/dev/null || mv -fh "$link" "$PH_STACK/current" 2>/dev/null || {
  rm -f "$link"
  ln -sfn "releases/$PH_ID" "$PH_STACK/current"
}
compose up --detach --remove-orphans
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
