import { shellQuote } from '../commands/shellQuote.ts';
import { jobHead, lookScript } from './jobLook.ts';
import type { JobRequest } from './remote.ts';
import { exportLine } from './wire.ts';

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
    jobHead(request.id, nonce),
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
