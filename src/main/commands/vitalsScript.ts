/** First line that the vitals script prints; a change of the format changes the number. */
export const vitalsHeader = 'pilothouse-vitals 1';

/**
 * POSIX sh (dash, busybox, bash) that prints figures for ever, until its channel closes. Environment: `PH_INTERVAL_S` whole
 * seconds between frames, `PH_DOCKER_ROOT` the directory whose disk counts beside `/`.
 *
 * One line per reading, read by `VitalsParser`:
 * - `f LOAD TOTAL AVAILABLE` closes a frame: load over one minute, memory in KiB; `-` for what cannot be read.
 * - `d USED:AVAILABLE …` KiB of the disks, every sixth frame: `df` is the only process that a frame may start.
 * - `g ROW;ROW…` the rows of nvidia-smi, or `g !STATUS` when it failed. They come from a loop of their own, so that a hung driver,
 *   which nothing can kill, stops these lines and nothing else.
 */
export const vitalsScript = `
: 'read vital figures'
LC_ALL=C
export LC_ALL
interval=\${PH_INTERVAL_S:-5}
docker_root=\${PH_DOCKER_ROOT:-/var/lib/docker}
if timeout -k 1 1 true 2>/dev/null; then timeouts=yes; else timeouts=no; fi

gpu_query() {
  set -- nvidia-smi --query-gpu=index,utilization.gpu,memory.used,memory.total,temperature.gpu,power.draw --format=csv,noheader,nounits
  if [ "$timeouts" = yes ]; then timeout -k 2 20 "$@"; else "$@"; fi
}
gpu_loop() {
  while :; do
    pause=60
    if command -v nvidia-smi >/dev/null 2>&1; then
      if rows=$(gpu_query 2>/dev/null </dev/null); then
        printf 'g %s\\n' "$(printf '%s' "$rows" | tr '\\n' ';')" || exit 0
        pause=$interval
      else
        printf 'g !%s\\n' "$?" || exit 0
      fi
    fi
    sleep "$pause" >/dev/null 2>&1
  done
}
disks() {
  set -- /
  if [ -d "$docker_root" ]; then set -- / "$docker_root"; fi
  # One write for the whole line: the other loop prints at any time.
  printf 'd%s\\n' "$(df -P -k "$@" 2>/dev/null | awk 'NR > 1 { printf " %s:%s", $3, $4 }')"
}
frame() {
  load=-
  total=-
  available=-
  if [ -r /proc/loadavg ]; then read -r load rest </proc/loadavg; fi
  if [ -r /proc/meminfo ]; then
    while read -r key value rest; do
      case $key in
        MemTotal:) total=$value ;;
        MemAvailable:) available=$value; break ;;
      esac
    done </proc/meminfo
  fi
  printf 'f %s %s %s\\n' "$load" "$total" "$available"
}

echo '${vitalsHeader}'
gpu_loop &
gpu_pid=$!
trap 'kill "$gpu_pid" 2>/dev/null' EXIT
trap 'exit 0' HUP INT TERM PIPE
turn=0
while :; do
  if [ "$turn" -eq 0 ]; then disks || exit 0; fi
  frame || exit 0
  turn=$(((turn + 1) % 6))
  sleep "$interval" || exit 1
done
`;
