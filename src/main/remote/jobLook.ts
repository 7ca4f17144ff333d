import { shellQuote } from '../commands/shellQuote.ts';
import { stateScript } from './stateScript.ts';

/*
 * A job is a directory `jobs/<id>` in the state directory, with one directory in it for each start: `1`, and further ones only after
 * a start that never came up. In it:
 *   script, env, run   what to run, its environment, and the runner that does it
 *   out                stdout and stderr; stdout alone where there is `err`
 *   err                stderr, where it is kept apart
 *   pid                process, its start time and the boot id, linked into place by the runner: the one claim to this start. Whoever
 *                      gives the start up makes the same link, with `stale` in it, so that a late runner can no longer begin.
 *   memory             where its secrets are, on a memory file system
 *   begun              its script is about to run, and signals reach it
 *   cancelled          somebody asked for its end
 *   unended → end.N    renamed when it ended with exit code N: a rename needs no room on a full disk
 * The text below is POSIX sh for dash, busybox and bash; the scripts here, in `jobStartScript.ts` and in `jobScripts.ts` alone read and write these files.
 */

/** Functions for finding out how a job stands. They expect `id` and `nonce`. */
export const lookScript = `set -u
umask 077
${stateScript}
base=$state/jobs/$id
pick() {
  generation=1
  while [ -d "$base/$((generation + 1))" ]; do generation=$((generation + 1)); done
  job=$base/$generation
}
# Sets started: when the process started, in ticks since boot; empty when it is gone or a zombie. Fields: proc(5).
find_start() {
  started=
  { IFS= read -r stat <"/proc/$1/stat"; } 2>/dev/null || return 0
  # shellcheck disable=SC2086
  set -- \${stat##*) }
  [ "$1" = Z ] || started=\${20}
}
ended() {
  for end in "$job"/end.*; do
    [ -e "$end" ] || return 1
    how="exited \${end##*.}"
  done
}
# Sets how: absent, starting, running, exited N, reboot or kill. The end is looked for again after the process was seen gone,
# since it may have ended in between.
look() {
  how='absent'
  [ -d "$job" ] || return 0
  ended && return 0
  how='starting'
  { read -r pid start boot <"$job/pid"; } 2>/dev/null || return 0
  if [ "$pid" = stale ]; then how='absent'; return 0; fi
  IFS= read -r booted <"\${PILOTHOUSE_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}"
  find_start "$pid"
  if [ "$boot" = "$booted" ] && [ "$started" = "$start" ]; then how='running'; return 0; fi
  if [ "$boot" = "$booted" ]; then lost='kill'; else lost='reboot'; fi
  ended || how=$lost
  drop_secrets
}
drop_secrets() {
  if [ -f "$job/memory" ]; then rm -rf "$(cat "$job/memory")"; fi
}
# Sets sizes: of what was printed, and where stderr is kept apart of that. One process for both, since servers start one in a millisecond
# at best.
measure() {
  # shellcheck disable=SC2034,SC2046
  set -- $(cd "$job" 2>/dev/null && wc -c out err 2>/dev/null)
  # shellcheck disable=SC2034
  case \${4-} in err) sizes="$1 $3" ;; *) sizes=\${1:-0} ;; esac
}
# Waits a twentieth of a second, or a whole one where sleep knows no fractions; counts both in tries.
nap() {
  if sleep 0.05 2>/dev/null; then tries=$((tries + 1)); else sleep 1; tries=$((tries + 20)); fi
}
# As nap, but shorter for as long as what is waited for may be a matter of milliseconds.
blink() {
  if [ "$tries" -lt 6 ] && sleep 0.005 2>/dev/null; then tries=$((tries + 1)); else nap; fi
}
# Waits up to five seconds for the runner to claim the job.
await_claim() {
  tries=0
  while [ -d "$job" ] && [ ! -f "$job/pid" ] && [ "$tries" -lt 100 ]; do
    blink
  done
  [ -f "$job/pid" ]
}
# Ends a start that nobody has claimed; fails when it was claimed after all.
give_up() {
  echo stale 0 0 >"$job/stale.$nonce" && ln "$job/stale.$nonce" "$job/pid" 2>/dev/null || return 1
  drop_secrets
}
pick
`;

/** What every script begins with: which job, and digits of its own. */
export function jobHead(id: string, nonce: string): string {
  return `id=${shellQuote(id)}\nnonce=${nonce}`;
}
