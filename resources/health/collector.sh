# Prints figures of this machine for ever, until its stdin closes. POSIX sh with what Linux brings: dash, busybox, bash.
# The first argument (or PH_INTERVAL_S) is the seconds between two looks, 1 to 3600.
# In, on stdin, at any time: `interval SECONDS`; `ping TOKEN`, which is answered at once.
# Out: `pilothouse-collector 1`, then frames. Each source has a letter, and each line begins with it, so that frames of several
# sources may lie among each other. No line is longer than a pipe takes in one piece.
#   L( NUMBER UPTIME WALL      a look at the source L begins; what never ends is a program that hangs
#   L TEXT                     what was read, one line each
#   L) NUMBER LINES STATUS     it ended so, after so many lines
# h: the kernel's counters. s: file systems, versions. g: nvidia-smi. a: who uses GPUs, MIG. k: the kernel's log. d: containers.
# p: the answer to a ping, `p( TOKEN UPTIME WALL` and nothing more.
# File systems of the network are left out: asking one that is gone never ends.
# Nothing here fails as a whole: what is not there leaves no line. Programs that may hang run beside the loop, one of each at a time,
# and the longer one takes, the rarer it is asked. Who hears nothing for several intervals opens another channel.
LC_ALL=C
export LC_ALL
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
interval=${1:-${PH_INTERVAL_S:-5}}
tab=$(printf '\t')
newline='
'

is_interval() {
  case $1 in '' | 0* | *[!0-9]* | ?????*) return 1 ;; esac
  [ "$1" -le 3600 ]
}
is_interval "$interval" || interval=5

# ---- what wakes the loop: time, and what is said on stdin ----

ticker() {
  napping=''
  trap 'kill "$napping"; exit 0' TERM
  while echo tick; do
    sleep "$1" >/dev/null &
    napping=$!
    wait "$napping" || exit 1
  done
}
listen() {
  ticker "$1" &
  ticking=$!
  while read -r word value _; do
    case $word in
      interval)
        is_interval "$value" || continue
        kill "$ticking"
        echo "interval $value"
        ticker "$value" &
        ticking=$!
        ;;
      ping) case $value in '' | *[!0-9A-Za-z]*) ;; *) printf 'ping %.40s\n' "$value" ;; esac ;;
    esac
  done
  kill "$ticking"
  echo quit
}

# ---- the kernel's counters, read by the shell itself: a program would cost more than all of them ----

# date of busybox has no fractions.
case $(date +%N) in '' | *[!0-9]*) wall_format=+%s ;; *) wall_format=+%s.%N ;; esac
clock() {
  read -r up _ </proc/uptime
  wall=$(date "$wall_format")
}
# Hundredths of a second since the boot.
centiseconds() {
  read -r up _ </proc/uptime
  hundredths=1${up#*.}
  now=$((${up%.*} * 100 + hundredths - 100))
}

put() {
  # In pieces that a pipe takes whole.
  if [ $((${#out} + ${#1})) -gt 3500 ]; then
    printf '%s' "$out"
    out=''
  fi
  out="${out}h $1$newline"
  lines=$((lines + 1))
}
processor() {
  read -r _ rest </proc/stat && put "c $rest"
  read -r rest </sys/devices/system/cpu/online && put "u $rest"
  read -r rest </proc/loadavg && put "l $rest"
}
memory() {
  found=''
  while read -r key value _; do
    case $key in
      MemTotal: | MemFree: | MemAvailable: | Buffers: | Cached: | SwapTotal:) found="$found $key$value" ;;
      SwapFree:)
        found="$found $key$value"
        break
        ;;
    esac
  done </proc/meminfo
  put "m$found"
}
drives() {
  while read -r _ _ name rest; do
    case $name in loop* | ram* | zram* | dm-* | md* | sr* | fd*) continue ;; esac
    # Partitions have no directory there, and what is only made of others no device.
    if [ -e "/sys/block/$name/device" ]; then put "d $name $rest"; fi
  done </proc/diskstats
}
networks() {
  while read -r line; do
    name=${line%%:*}
    case $name in *'|'* | lo | veth* | docker* | br-* | virbr* | ifb* | dummy* | cni* | cali* | flannel* | lxc* | tap*) continue ;; esac
    if [ -e "/sys/class/net/$name/device" ]; then kind=card; else kind=other; fi
    put "n $name $kind ${line#*:}"
  done </proc/net/dev
}
pressures() {
  for name in cpu memory io; do
    [ -r "/proc/pressure/$name" ] || continue
    while read -r line; do put "p $name $line"; done <"/proc/pressure/$name"
  done
}
look() {
  number=$((number + 1))
  lines=0
  clock
  printf 'h( %s %s %s\n' "$number" "$up" "$wall"
  out=''
  processor
  memory
  drives
  networks
  pressures
  printf '%sh) %s %s 0\n' "$out" "$number" "$lines"
}

# ---- sources that run programs ----

limits=''
if timeout -k 1 1 true; then limits='timeout -k 2 20'; fi
am_root=no
if [ "$(id -u)" = 0 ]; then am_root=yes; fi
# Words are wanted: with or without a limit.
# shellcheck disable=SC2086
bounded() { $limits "$@"; }

mounts() {
  seen=' '
  set --
  while read -r device mount kind _; do
    case $device:$kind in
      *:squashfs | *:iso9660 | /dev/loop* | /dev/fuse*) continue ;;
      /dev/* | *:zfs | *:btrfs) ;;
      *) if [ "$mount" != / ] || [ "$kind" = rootfs ]; then continue; fi ;;
    esac
    case $seen in *" $device "*) continue ;; esac
    case $mount in *\\*) mount=$(printf '%b' "$mount") ;; esac
    if [ -d "$mount" ]; then
      seen="$seen$device "
      set -- "$@" "$mount"
    fi
  done </proc/mounts
  [ $# -gt 0 ] || return 0
  bounded df -P -k "$@" | sed 's/^/b /'
  bounded df -P -i "$@" | sed 's/^/i /'
}
versions() {
  if read -r version </sys/module/nvidia/version; then
    echo "v module $version"
  elif read -r version </proc/driver/nvidia/version; then
    echo "v module $version"
  fi
  for library in /usr/lib/*-linux-gnu/libnvidia-ml.so.*.* /usr/lib64/libnvidia-ml.so.*.* /usr/lib/libnvidia-ml.so.*.*; do
    if [ -e "$library" ]; then echo "v library ${library##*/libnvidia-ml.so.}"; fi
  done
}
slow() {
  mounts
  versions
  grep '^oom_kill ' /proc/vmstat | sed 's/^/o /'
}

# Drivers up to 610 know them all, these names among them: what is clocks_event_reasons since 535 still answers to clocks_throttle_reasons.
gpu_fields=index,uuid,pci.bus_id,utilization.gpu,utilization.memory,memory.total,memory.used,temperature.gpu,temperature.memory,power.draw,enforced.power.limit,clocks.current.sm,clocks.max.sm,clocks.current.memory,clocks_throttle_reasons.active,ecc.errors.corrected.volatile.total,ecc.errors.uncorrected.volatile.total,mig.mode.current,pstate,fan.speed,name
# What drivers older than the throttle reasons, ECC totals or MIG know.
old_gpu_fields=index,uuid,pci.bus_id,utilization.gpu,utilization.memory,memory.total,memory.used,temperature.gpu,power.draw,pstate,name
gpus() {
  # A driver that refuses one field refuses all, and says so.
  rows=$(bounded nvidia-smi --query-gpu=$gpu_fields --format=csv,noheader,nounits)
  code=$?
  case $rows in
    *'not a valid field'*)
      rows=$(bounded nvidia-smi --query-gpu=$old_gpu_fields --format=csv,noheader,nounits)
      code=$?
      ;;
  esac
  printf '%s\n' "$rows"
  return $code
}
gpu_users() {
  apps=$(bounded nvidia-smi --query-compute-apps=gpu_uuid,pid,used_memory,process_name --format=csv,noheader,nounits)
  printf '%s\n' "$apps" | sed 's/^/a /'
  # The container that a process runs in is in the name of its control group.
  printf '%s\n' "$apps" | sed -n 's/^[^,]*, *\([0-9][0-9]*\),.*/\1/p' | head -n 128 | while read -r pid; do
    if [ -r "/proc/$pid/cgroup" ]; then sed -n "s/.*\([0-9a-f]\{64\}\).*/c $pid \1/p" "/proc/$pid/cgroup" | head -n 1; fi
  done
  list=$(bounded nvidia-smi -L)
  case $list in
    *'(UUID: MIG-'*)
      printf '%s\n' "$list" | sed 's/^/l /'
      # Processes are told with the GPU: only the table has their instances.
      bounded nvidia-smi | sed -n '/MIG devices/,$s/^/t /p'
      ;;
  esac
}

kernel_log() {
  wanted='NVRM: Xid|oom-kill:'
  if all=$(bounded dmesg) || all=$(bounded sudo -n dmesg) || all=$(bounded journalctl -k -b -q --no-pager -o short-monotonic -n 5000); then
    printf '%s\n' "$all" | grep -E "$wanted" | tail -n 60
    return 0
  fi
  return 1
}

# A container without a check has no entry for it: only `index` takes that for nothing.
inspection="{{.Id}}$tab{{.Name}}$tab{{.State.Status}}$tab{{.State.Pid}}$tab{{.RestartCount}}$tab{{.State.OOMKilled}}$tab{{.State.ExitCode}}$tab{{with index .State \"Health\"}}{{.Status}}{{end}}$tab{{.State.StartedAt}}$tab{{with .Config.Labels}}{{with index . \"com.docker.compose.project\"}}{{.}}{{end}}{{end}}$tab{{with .Config.Labels}}{{with index . \"com.docker.compose.service\"}}{{.}}{{end}}{{end}}"
usage="{{.ID}}$tab{{.CPUPerc}}$tab{{.MemUsage}}$tab{{.NetIO}}$tab{{.BlockIO}}$tab{{.PIDs}}"
containers() {
  docker='docker'
  if ! ids=$(bounded docker ps --all --quiet --no-trunc); then
    [ "$am_root" = no ] || return 1
    docker='sudo -n docker'
    ids=$(bounded sudo -n docker ps --all --quiet --no-trunc) || return 1
  fi
  [ -n "$ids" ] || return 0
  # Words are wanted: identifiers, and sudo where it is needed.
  # shellcheck disable=SC2086
  found=$(bounded $docker inspect --type container --format "$inspection" $ids)
  # It fails when one of them is gone by now, and tells of the others all the same.
  case $found in *"$tab"*) ;; *) return 1 ;; esac
  while IFS= read -r line; do
    printf 'i %s\n' "$line"
    counters "$line"
  done <<END
$found
END
  # shellcheck disable=SC2086
  bounded $docker stats --no-stream --no-trunc --format "$usage" | sed 's/^/u /'
}
# Exact counters of a container, where the kernel shows them: network, and those of its control group: v2, of v1 its CPU time.
counters() {
  IFS="$tab" read -r id _ _ pid _ <<END
$1
END
  case $pid in '' | 0 | *[!0-9]*) return ;; esac
  received=0
  sent=0
  while read -r line; do
    # Words are wanted: the columns.
    # shellcheck disable=SC2086
    case $line in *'|'* | lo:*) ;; *:*) set -- ${line#*:} && received=$((received + $1)) sent=$((sent + $9)) ;; esac
  done <"/proc/$pid/net/dev" && echo "n $id $received $sent"
  while IFS= read -r line; do
    case $line in
      0::/*)
        group=/sys/fs/cgroup${line#0::}
        if [ -r "$group/cpu.stat" ] && read -r _ used <"$group/cpu.stat"; then echo "c $id $used"; fi
        if [ -r "$group/io.stat" ]; then sed "s/^/b $id /" "$group/io.stat"; fi
        ;;
      *:cpuacct:/* | *:*,cpuacct:/* | *:cpuacct,*:/*)
        group=/sys/fs/cgroup/cpuacct/${line#*:*:/}
        if [ -r "$group/cpuacct.usage" ] && read -r used <"$group/cpuacct.usage"; then echo "c $id $((used / 1000))"; fi
        ;;
    esac
  done <"/proc/$pid/cgroup"
}

# Runs a source beside the loop and says what it said, line by line: a line is written in one piece.
job() {
  printf '%s( %s %s %s\n' "$1" "$number" "$up" "$wall"
  text=$("$2" </dev/null 3>&-)
  code=$?
  count=0
  while IFS= read -r line; do
    case ${#line} in ? | ?? | ??? | [12]???) ;; *) continue ;; esac
    [ -n "$line" ] || continue
    printf '%s %s\n' "$1" "$line"
    count=$((count + 1))
  done <<END
$text
END
  printf '%s) %s %s %s\n' "$1" "$number" "$count" "$code"
  echo "done $1" >&3
}

# ---- the loop ----

running=' '
began=0
due=0
# start LETTER SECONDS FUNCTION: when so many seconds have passed and it is not at it.
start() {
  case $running in *" $1 "*) return ;; esac
  eval "due=\${due_$1:-0}"
  [ "$now" -ge "$due" ] || return 0
  # Half an interval early is in time: the next tick would be late.
  eval "began_$1=$now due_$1=$((now + $2 * 100 - interval * 50))"
  running="$running$1 "
  job "$1" "$3" &
}
ended() {
  running="${running%%" $1 "*} ${running#*" $1 "}"
  centiseconds
  eval "began=\${began_$1:-0} due=\${due_$1:-0}"
  # At most a fifth of the time goes into it.
  if [ $((began + (now - began) * 5)) -gt "$due" ]; then eval "due_$1=$((began + (now - began) * 5))"; fi
}
have() { command -v "$1" >/dev/null; }
tick() {
  centiseconds
  # Ticks that waited for a slow reader are over.
  if [ "$number" -gt 0 ] && [ $((now - last)) -lt $((interval * 50)) ]; then return; fi
  last=$now
  look
  start s 30 slow
  if have nvidia-smi; then
    start g "$interval" gpus
    start a 15 gpu_users
  fi
  # Without GPUs it tells only of processes killed for memory, which are counted without it.
  if have nvidia-smi; then start k 15 kernel_log; elif have dmesg; then start k 60 kernel_log; fi
  if have docker; then start d 15 containers; fi
}
loop() {
  # The pipe that this reads from, to be written to by the jobs.
  exec 3>/proc/self/fd/0
  number=0
  last=0
  echo 'pilothouse-collector 1'
  while read -r word value; do
    case $word in
      tick) tick ;;
      done) ended "$value" ;;
      interval) interval=$value ;;
      ping)
        clock
        echo "p( $value $up $wall"
        ;;
      quit) exit 0 ;;
    esac
  done
}

exec 2>/dev/null
listen "$interval" | loop
