import { shellQuote } from '../commands/shellQuote.ts';
import type { JobRequest } from './remote.ts';
import { stateScript } from './stateScript.ts';
import { exportLine } from './wire.ts';

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
 * The text below is POSIX sh for dash, busybox and bash; these scripts alone read and write these files.
 */

/** Functions for finding out how a job stands. They expect `id` and `nonce`. */
const lookScript = `set -u
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

/** What runs on the server in the place of the job's own script, with the job's directory as its argument. */
const runnerScript = `set -u
job=$1
umask 077
secrets=
if [ -f "$job/memory" ]; then secrets=$(cat "$job/memory"); fi
terminated=
trap 'terminated=1' HUP INT TERM
IFS= read -r stat <"/proc/$$/stat"
# shellcheck disable=SC2086
set -- \${stat##*) }
IFS= read -r boot <"\${PILOTHOUSE_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}"
: >"$job/unended" || exit 1
echo "$$ \${20} $boot" >"$job/pid.$$" || exit 1
ln "$job/pid.$$" "$job/pid" || exit 1
trap '[ -z "$secrets" ] || rm -rf "$secrets"' EXIT
(
  # A signal that reached this copy of the runner while it was being made is forgotten; from here on one counts.
  true 2>/dev/null >"$job/begun"
  # Among other things the umask of the login, so that files come out as by any other command.
  . "$job/env"
  cd "\${HOME:-/}" 2>/dev/null || cd /
  exec sh "$job/script" </dev/null
)
code=$?
[ -z "$secrets" ] || rm -rf "$secrets"
# Ended from outside, as by a shutdown, without anybody having asked us: then this is no exit code of the script's own.
if [ -n "$terminated" ] && [ ! -e "$job/cancelled" ]; then exit 1; fi
mv "$job/unended" "$job/end.$code"
`;

/** A quick job's output is part of the answer to its start up to this size. */
const quickBytes = 64 * 1024;

const startBody = `
answer() {
  echo "ph-job $1"
  exit 0
}
# Waits a little for a job that ends at once. Then the answer is followed by how it ended and by the bytes it printed, if they are few.
answer_job() {
  tries=0
  while [ "$how" = running ] && [ "$tries" -lt 9 ]; do
    blink
    look
  done
  case $how in
    exited*)
      measure
      # shellcheck disable=SC2086
      set -- "$1" $sizes
      if [ $(($2 + \${3:-0})) -le ${quickBytes} ]; then
        printf 'ph-job %s\nph-job %s\n' "$1" "$how $sizes"
        [ "$2" = 0 ] || head -c "$2" "$job/out"
        [ "\${3:-0}" = 0 ] || head -c "$3" "$job/err"
        exit 0
      fi
      ;;
  esac
  answer "$1"
}
memory_file_system() {
  for memory in /dev/shm /run; do
    while read -r _ at type _; do
      if [ "$at" = "$memory" ] && [ -w "$memory" ]; then case $type in tmpfs | ramfs) return 0 ;; esac; fi
    done </proc/mounts
  done
  return 1
}
keep() {
  eval "value=\\\${$1-}"
  case $value in
    '') return 0 ;;
    *\\'*) value=$(printf '%s' "$value" | sed "s/'/'\\\\\\\\''/g") ;;
  esac
  printf "export %s='%s'\\n" "$1" "$value"
}
secret() {
  printf '%s' "$2" >"$secrets/$1"
}
write_files() {
  for name in HOME PATH USER LOGNAME SHELL LANG PILOTHOUSE_STATE_DIR; do keep "$name"; done >"$job/env" &&
    printf 'umask %s\\n%s\\n' "$mask" "$environment" >>"$job/env" &&
    printf '%s\\n' "$script" >"$job/script" &&
    printf '%s' "$runner" >"$job/run" &&
    { [ -z "$apart" ] || : >"$job/err"; } &&
    : >"$job/out"
}
write_secrets() {
  [ -n "$with_secrets" ] || return 0
  memory_file_system || return 1
  secrets=$memory/pilothouse-$nonce
  printf '%s' "$secrets" >"$job/memory" && mkdir "$secrets" && all_secrets && printf "export PH_SECRETS='%s'\\n" "$secrets" >>"$job/env"
}
launch() {
  if [ -n "$apart" ]; then errors=$job/err; else errors=$job/out; fi
  if [ -d /run/systemd/system ] && [ "$(id -u)" = 0 ] && command -v systemd-run >/dev/null 2>&1; then
    systemd-run --quiet --collect --unit="pilothouse-job-$id" -p "StandardOutput=append:$job/out" -p "StandardError=append:$errors" \\
      sh "$job/run" "$job" </dev/null >/dev/null 2>&1 && return 0
  fi
  command -v setsid >/dev/null 2>&1 || return 1
  setsid sh "$job/run" "$job" </dev/null >>"$job/out" 2>>"$errors" &
}
start_here() {
  reason='its process did not come up'
  if ! write_files; then reason='its files could not be written'
  elif ! write_secrets; then reason='its secrets could not be put on a memory file system'
  elif ! launch; then reason='neither systemd-run nor setsid can start it'
  elif await_claim; then look; [ "$how" = absent ] || answer_job started
  fi
  if ! give_up; then look; [ "$how" = absent ] || answer_job started; fi
  answer "failed $reason"
}
[ -d "$state" ] || (umask 022 && mkdir -p "$state") || answer 'failed the state directory cannot be made'
mkdir -p "$base" || answer 'failed its directory cannot be made'
generation=1
while [ "$generation" -lt 50 ]; do
  job=$base/$generation
  if mkdir "$job" 2>/dev/null; then start_here; fi
  [ -d "$job" ] || answer 'failed its directory cannot be made'
  # A start that was cut off before its process came up is ended for good, and the next one begins.
  await_claim || give_up || :
  look
  [ "$how" = absent ] || answer_job found
  generation=$((generation + 1))
done
answer 'failed it was started in vain too often'
`;

/**
 * Starts a job, or finds it; answers `ph-job started`, `found` or `failed REASON`. Where it ended at once a line `ph-job HOW SIZE` and the
 * bytes that it printed follow.
 */
export function startScript(request: JobRequest, nonce: string): string {
  const secrets = Object.entries(request.secrets ?? {});
  const environment = Object.entries(request.env ?? {}).map(([name, value]) => exportLine(name, value));
  return [
    head(request.id, nonce),
    // Assignments are not exported: neither argv nor environment of any process holds these.
    `script=${shellQuote(request.script)}`,
    `environment=${shellQuote(environment.join('\n'))}`,
    `runner=${shellQuote(runnerScript)}`,
    `with_secrets=${secrets.length > 0 ? 1 : ''}`,
    `apart=${request.apart ? 1 : ''}`,
    'mask=$(umask)',
    `all_secrets() { ${secrets.map(([name, value]) => `secret ${shellQuote(name)} ${shellQuote(value)} && `).join('')}:; }`,
    lookScript,
    startBody,
  ].join('\n');
}

/** Answers how a job stands: `ph-job HOW SIZE`. */
export function probeScript(id: string, nonce: string): string {
  return `${head(id, nonce)}\n${lookScript}
look
if [ "$how" = starting ]; then await_claim || :; look; fi
measure
echo "ph-job $how $sizes"
`;
}

/** What begins the line by which `followScript` tells the end of a job whose stderr goes the same way. */
export function followMark(nonce: string): string {
  return `ph-job-${nonce} `;
}

/**
 * Writes the job's output from `offset` on to stdout as it grows, and once it has ended `ph-job HOW SIZE` to stderr. With `errorOffset`
 * what it keeps apart goes to stderr from there on, and the line begins with `followMark`. It stays until its stdin ends, which is also how
 * it learns that nobody is there any more.
 */
export function followScript(id: string, nonce: string, offset: number, errorOffset: number | null = null): string {
  const mark = errorOffset === null ? 'ph-job ' : followMark(nonce);
  const followErrors = `if [ -f "$job/err" ]; then
  tail -c +${(errorOffset ?? 0) + 1} -f "$job/err" >&2 2>/dev/null &
  tailing="$tailing $!"
fi`;
  return `${head(id, nonce)}\n${lookScript}
# Holds neither stdout nor stderr while it sleeps, so that the channel can close at once.
watch() {
  rounds=0
  while look && [ "$how" = running ]; do
    # Quick jobs are seen to end quickly; a long one costs one look a second.
    rounds=$((rounds + 1))
    if [ "$rounds" -lt 40 ]; then nap; else sleep 1; fi 2>/dev/null
  done
  measure
  echo "${mark}$how $sizes" >&2
}
tries=0
look
if [ "$how" = starting ]; then await_claim || :; fi
tailing=
if [ -f "$job/out" ]; then
  tail -c +${offset + 1} -f "$job/out" 2>/dev/null &
  tailing=$!
fi
${errorOffset === null ? '' : followErrors}
watch >/dev/null &
watching=$!
cat >/dev/null
# shellcheck disable=SC2086
kill $watching $tailing 2>/dev/null || :
`;
}

/** Ends a job: TERM to its process group, KILL when the grace is over. Answers as `probeScript`. */
export function cancelScript(id: string, nonce: string, graceMs: number): string {
  return `${head(id, nonce)}\n${lookScript}
signal() {
  kill "-$1" "-$pid" 2>/dev/null || :
  if command -v systemctl >/dev/null 2>&1; then systemctl kill "--signal=$1" "pilothouse-job-$id.service" 2>/dev/null || :; fi
}
gone_within() {
  tries=0
  while look && [ "$how" = running ] && [ "$tries" -lt "$1" ]; do nap; done
  [ "$how" != running ]
}
look
if [ "$how" = starting ] && ! await_claim; then give_up || :; fi
look
if [ "$how" = running ]; then
  : >"$job/cancelled"
  tries=0
  while [ ! -f "$job/begun" ] && [ "$tries" -lt 20 ]; do nap; done
  signal TERM
  gone_within ${Math.max(1, Math.ceil(graceMs / 50))} || :
  # Also when the runner is gone: what it left in its group goes too.
  signal KILL
  gone_within 200 || :
  if [ "$how" = kill ]; then mv "$job/unended" "$job/end.137" 2>/dev/null || :; look; fi
fi
measure
echo "ph-job $how $sizes"
`;
}

/** Removes what is left of a job that does not run any more. Answers as `probeScript` with how it stood before, without its size. */
export function forgetScript(id: string, nonce: string): string {
  return `${head(id, nonce)}\n${lookScript}
look
before="$how 0"
case $how in
  running | starting | absent) ;;
  *) mv "$base" "$state/jobs/.gone-$nonce" && rm -rf "$state/jobs/.gone-$nonce" ;;
esac
echo "ph-job $before"
`;
}

function head(id: string, nonce: string): string {
  return `id=${shellQuote(id)}\nnonce=${nonce}`;
}
