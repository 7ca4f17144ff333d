import { composeHead } from './scriptHead.ts';

/**
 * Unpacks a draft from a tar archive on stdin (`project/…`, `env`) and prints what Compose makes of it, secrets filled in. Exit 65: the
 * files are not valid; their problem is on stderr. `PH_STACK`, `PH_DRAFT`.
 */
export const unpackDraftScript = `${composeHead}
umask 077
mkdir -p "$PH_STACK/releases" "$PH_STACK/files"
# A project that was adopted somewhere has its name everywhere.
if [ -n "\${PH_NAME-}" ] && [ ! -f "$PH_STACK/project" ]; then
  printf '%s\\n' "$PH_NAME" >"$PH_STACK/project"
  PH_PROJECT=$PH_NAME
fi
rm -rf "$PH_DRAFT"
mkdir "$PH_DRAFT"
tar -xpf - -C "$PH_DRAFT"
if ! compose config --format json; then exit 65; fi
`;

/**
 * Adds to a draft what was worked out from it (a tar archive on stdin: `mounts.yaml`, `manifest.json`), lets Compose judge the whole,
 * and puts files and release in their places. Exit 65: as above. `PH_STACK`, `PH_DRAFT`, `PH_TARGET`, `PH_TREES` (lines of hash, name
 * and path in the project, with tabs between).
 */
export const placeDraftScript = `${composeHead}
umask 022
tar -xpf - -C "$PH_DRAFT"
if ! compose config --quiet; then exit 65; fi
tab=$(printf '\\t')
printf '%s\\n' "$PH_TREES" | while IFS="$tab" read -r hash name path; do
  place=$PH_STACK/files/$hash
  if [ -z "$hash" ] || [ -d "$place" ]; then continue; fi
  rm -rf "$place.draft"
  mkdir "$place.draft"
  cp -Rp "$PH_DRAFT/project/$path" "$place.draft/$name"
  mv "$place.draft" "$place"
done
mv "$PH_DRAFT" "$PH_TARGET"
`;

/** Removes the draft of an upload that was refused. `PH_DRAFT`. */
export const dropDraftScript = `set -eu
rm -rf "$PH_DRAFT"
`;
