import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Exit codes of `holderScript`. */
export const holderExits = {
  /** The shell is not there: it ended, or the server was started anew. */
  gone: 66,
  /** Nothing on this server can hold a shell. */
  none: 69,
} as const;

/**
 * Opens a held shell (`PH_WHAT=open`; one that is there already is not opened again) and stands between it and us. First it says, as a frame,
 * by which program it is held. A login that loses all its processes with its connection (logind's KillUserProcesses) holds nothing.
 */
export const holderScript = `set -u
umask 077
base=\${XDG_STATE_HOME:-\${HOME:-/nowhere}/.local/state}/pilothouse/terminals
if ! { mkdir -p "$base" && [ -w "$base" ]; } 2>/dev/null; then
  base=/tmp/pilothouse-$(id -u)
  mkdir "$base" 2>/dev/null
  [ -O "$base" ] && [ ! -L "$base" ] || exit ${holderExits.none}
fi
for holder in python3 perl none; do
  if command -v "$holder" >/dev/null 2>&1; then break; fi
done
case $holder in
  python3) text=$PH_PYTHON ;;
  perl) text=$PH_PERL ;;
  *) exit ${holderExits.none} ;;
esac
if [ "$PH_WHAT" = open ] && [ "$(id -u)" != 0 ]; then
  kills=$(busctl get-property org.freedesktop.login1 /org/freedesktop/login1 org.freedesktop.login1.Manager KillUserProcesses 2>/dev/null)
  if [ "$kills" = 'b true' ]; then exit ${holderExits.none}; fi
fi
program=$base/holder-$PH_VERSION.$holder
if [ ! -s "$program" ]; then
  printf '%s\\n' "$text" >"$program.$$" && mv "$program.$$" "$program" || exit ${holderExits.none}
fi
directory=$base/$PH_ID cols=$PH_COLS rows=$PH_ROWS script=$PH_SCRIPT what=$PH_WHAT
unset PH_PYTHON PH_PERL PH_VERSION PH_ID PH_COLS PH_ROWS PH_SCRIPT PH_WHAT text base
printf "n\\000\\000\\000\\00\${#holder}%s" "$holder"
if [ "$what" = open ] && [ ! -S "$directory/socket" ]; then
  "$holder" "$program" hold "$directory" "$cols" "$rows" "$script" </dev/null >/dev/null || exit 1
fi
exec "$holder" "$program" attach "$directory"
`;

/** The programs that hold a shell, as they are sent. */
export interface HolderPrograms {
  PH_PYTHON: string;
  PH_PERL: string;
  PH_VERSION: string;
}

/** Reads them from the program's resources. Throws what reading throws. */
export function readHolderPrograms(resourcesDirectory: string): HolderPrograms {
  const [python = '', perl = ''] = ['holder.py', 'holder.pl'].map((name) => readFileSync(join(resourcesDirectory, 'terminals', name), 'utf8'));
  const version = createHash('sha256').update(python).update(perl).digest('hex').slice(0, 12);
  return { PH_PYTHON: python, PH_PERL: perl, PH_VERSION: version };
}
