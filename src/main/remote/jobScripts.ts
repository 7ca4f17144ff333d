import { jobHead, lookScript } from './jobLook.ts';

/** Answers how a job stands: `ph-job HOW SIZE`. */
export function probeScript(id: string, nonce: string): string {
  return `${jobHead(id, nonce)}\n${lookScript}
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
  return `${jobHead(id, nonce)}\n${lookScript}
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
  return `${jobHead(id, nonce)}\n${lookScript}
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
  return `${jobHead(id, nonce)}\n${lookScript}
look
before="$how 0"
case $how in
  running | starting | absent) ;;
  *) mv "$base" "$state/jobs/.gone-$nonce" && rm -rf "$state/jobs/.gone-$nonce" ;;
esac
echo "ph-job $before"
`;
}
