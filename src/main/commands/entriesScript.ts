import { pathExits, pathPreamble } from './shellPath.ts';

/**
 * Prints what is in the directory `PH_PATH`: first its real path and a NUL, then for each entry three texts with a NUL after each: TYPE,
 * SIZE, MODE, OWNER, GROUP, MTIME and TARGET with tabs between; the link's text; the path below the directory. With `PH_DEPTH` `1` that is
 * one level, with `all` every level and the directory itself. TYPE and TARGET (what a link leads to) are letters as `find -printf %y` gives
 * them, or `-`; MODE is octal. With busybox, whose find prints nothing of that, a shell asks `stat` for each.
 */
export const entriesScript = `${pathPreamble}
place path "$PH_PATH"
[ -e "$path" ] || [ -L "$path" ] || exit ${pathExits.noFile}
[ -d "$path" ] || exit ${pathExits.notDirectory}
[ -r "$path" ] && [ -x "$path" ] || exit ${pathExits.denied}
cd -- "$path" || exit ${pathExits.denied}
printf '%s\\0' "$(pwd -P)"
if [ "$PH_DEPTH" = all ]; then set -- .; else set -- . -mindepth 1 -maxdepth 1; fi
if [ "$(find . -maxdepth 0 -printf x 2>/dev/null)" = x ]; then
  find "$@" -printf '%y\\t%s\\t%m\\t%u\\t%g\\t%T@\\t%Y\\0%l\\0%P\\0'
else
  find "$@" -exec sh -c '
    for entry; do
      facts=$(stat -c "%f\t%s\t%U\t%G\t%Y" "$entry") || continue
      target=-
      [ ! -L "$entry" ] || { [ -e "$entry" ] && { [ -d "$entry" ] && target=d || target=f; } || target=N; }
      printf "x\\t%s\\t%s\\0%s\\0%s\\0" "$facts" "$target" "$(readlink "$entry")" "\${entry#./}"
    done' sh {} +
fi
`;
