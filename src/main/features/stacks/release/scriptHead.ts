/**
 * Begins every script that calls Docker. They are POSIX sh, and values reach them in the environment only. Those that deal with a
 * release take `COMPOSE_FILE`, `PH_PROJECT`, `PH_RELEASE` (its directory) and `PH_FILES` (directory of the files that containers mount);
 * `PH_DIRECTORY`, where given, is what relative paths are relative to. A project that was adopted keeps the name that it had before: it
 * stands in the file `project` of the stack's directory.
 */
export const scriptHead = `set -eu
LC_ALL=C
HOME=\${HOME:-/root}
COMPOSE_ANSI=never
COMPOSE_PROGRESS=plain
COMPOSE_PATH_SEPARATOR=:
export LC_ALL HOME COMPOSE_ANSI COMPOSE_PROGRESS COMPOSE_PATH_SEPARATOR
if [ -n "\${PH_STACK-}" ] && [ -f "$PH_STACK/project" ]; then
  IFS= read -r PH_PROJECT <"$PH_STACK/project"
  export PH_PROJECT
fi
`;

/** Begins a script about one release: gives it `compose`. */
export const composeHead = `${scriptHead}
compose() { docker compose -p "$PH_PROJECT" --project-directory "\${PH_DIRECTORY:-$PH_FILES}" --env-file "$PH_RELEASE/env" "$@"; }
`;
