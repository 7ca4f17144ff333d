/** First line of the facts script's output; a change of the format changes the number. */
export const factsHeader = 'pilothouse-facts 1';

/** Seconds after which a probe that may hang is given up; the probes run side by side. */
export const factsProbeLimitS = 12;

/** No run of the facts script takes longer than this on a server that answers at all. */
export const factsTimeoutMs = 60_000;

/**
 * POSIX sh (dash, busybox, bash) that reads everything `parseFacts` understands. Needs no root, writes nothing that stays, never
 * fails as a whole. Environment: `PH_VIA_SUDO=1` says that it runs through sudo with a password,
 * `PH_PROBE_LIMIT_S` sets another limit for a probe.
 *
 * Output: `@name status` opens a section, its lines follow with one space before each, so that no output of a probe can look like
 * a section; `@end` closes the whole. Status 124: given up after the limit; 126: could not be kept; 127: no such tool.
 *
 * A hung nvidia-smi sits in the kernel and cannot even be killed, so probes that may hang run in the background into files, and are
 * left behind when their time is over; `timeout` would wait for them for ever.
 */
export const factsScript = `
: 'read facts'
LC_ALL=C
export LC_ALL
umask 077
limit=\${PH_PROBE_LIMIT_S:-${factsProbeLimitS}}

section() {
  printf '@%s %s\\n' "$1" "$2"
  sed 's/^/ /'
}
say() {
  name=$1
  shift
  text=$("$@" 2>&1 </dev/null)
  code=$?
  printf '%s\\n' "$text" | section "$name" "$code"
}
have() { command -v "$1" >/dev/null 2>&1; }

work=''
for place in /dev/shm "\${TMPDIR:-/tmp}" /tmp /run /var/tmp; do
  if [ -d "$place" ] && [ -w "$place" ] && work=$(mktemp -d "$place/pilothouse.XXXXXX" 2>/dev/null); then break; fi
  work=''
done
clean() { if [ -n "$work" ]; then rm -rf "$work"; fi; }
trap clean EXIT
trap 'exit 1' HUP INT TERM

probes=''
probe() {
  name=$1
  shift
  if [ -z "$work" ]; then
    echo 'no place for temporary files' | section "$name" 126
    return
  fi
  "$@" >"$work/$name" 2>&1 </dev/null &
  probes="$probes $name:$!"
}
collect() {
  waited=0
  for entry in $probes; do
    name=\${entry%:*}
    pid=\${entry#*:}
    while kill -0 "$pid" 2>/dev/null && [ "$waited" -lt $((limit * 10)) ]; do
      if sleep 0.1 2>/dev/null; then waited=$((waited + 1)); else sleep 1; waited=$((waited + 10)); fi
    done
    if kill -0 "$pid" 2>/dev/null; then
      kill -9 "$pid" 2>/dev/null
      code=124
    else
      wait "$pid"
      code=$?
    fi
    head -c 262144 "$work/$name" | section "$name" "$code"
  done
}

timeouts=no
if timeout -k 1 1 true 2>/dev/null; then timeouts=yes; fi
bounded() {
  have "$1" || return 127
  if [ "$timeouts" = yes ]; then timeout -k 1 $((limit - 2)) "$@"; else "$@"; fi
}

gpu_list() {
  bounded nvidia-smi --query-gpu=index,uuid,name,memory.total,driver_version --format=csv,noheader,nounits
}
gpu_log() {
  have nvidia-smi || return 127
  bounded nvidia-smi -q -d COMPUTE || bounded nvidia-smi
}
gpu_detail() {
  bounded nvidia-smi --query-gpu=index,pci.bus_id,ecc.mode.current,ecc.errors.uncorrected.volatile.total,mig.mode.current,power.limit,persistence_mode --format=csv,noheader,nounits
}
gpu_toolkit() {
  if have nvidia-ctk; then bounded nvidia-ctk --version; else bounded nvidia-container-cli --version; fi
}
docker_root='root={{.DockerRootDir}}'
docker_more='driver={{.Driver}}
default-runtime={{.DefaultRuntime}}
runtimes={{json .Runtimes}}'
docker_parts='{{range .Server.Components}}{{.Name}}={{.Version}} {{end}}'
docker_facts() {
  have docker || return 127
  if bounded docker version --format 'client={{.Client.Version}} server={{.Server.Version}}'; then
    bounded docker info --format "$docker_root" || return
    bounded docker info --format "$docker_more" 2>/dev/null
    bounded docker version --format "$docker_parts" 2>/dev/null
    return 0
  fi
  have sudo || return 1
  sudo -n docker version --format 'server={{.Server.Version}}' && sudo -n docker info --format "$docker_root" || return
  sudo -n docker info --format "$docker_more" 2>/dev/null
  sudo -n docker version --format "$docker_parts" 2>/dev/null
  return 0
}
cpu_model() {
  have lscpu || return 127
  bounded lscpu | grep -E '^(CPU.s.|Model name|Socket.s.|Core.s. per socket|Core.s. per cluster|Cluster.s.|CPU max MHz):'
}
memory_modules() {
  have dmidecode || return 127
  if [ "$(id -u)" = 0 ]; then bounded dmidecode -t 17; else bounded sudo -n dmidecode -t 17; fi
}
firmware() {
  [ -d /sys/class/dmi/id ] || return 127
  for key in sys_vendor product_name product_version board_vendor board_name chassis_asset_tag; do
    if [ -r "/sys/class/dmi/id/$key" ]; then printf '%s=%s\n' "$key" "$(head -n 1 "/sys/class/dmi/id/$key")"; fi
  done
}
network_cards() {
  for card in /sys/class/net/*; do
    [ -e "$card/device" ] || continue
    printf '%s|%s|%s\n' "\${card##*/}" "$(cat "$card/operstate" 2>/dev/null)" "$(cat "$card/speed" 2>/dev/null)"
  done
}
pending_updates() {
  have apt-config || return 127
  if [ -e /run/reboot-required ]; then echo reboot-required=yes; else echo reboot-required=no; fi
  apt-config dump APT::Periodic::Unattended-Upgrade
}
sockets() {
  if [ "$(id -u)" != 0 ] && have sudo && have ss && sudo -n ss -H -tulpn 2>/dev/null; then return; fi
  bounded ss -H -tulpn
}
os_release() { cat /etc/os-release || cat /usr/lib/os-release; }
cpu_info() { grep -E '^(processor|model name|Model|Hardware)[[:space:]]*:' /proc/cpuinfo; }
memory() { grep -E '^(MemTotal|MemAvailable|MemFree|Buffers|Cached|SwapTotal):' /proc/meminfo; }
first_process() {
  if [ -d /run/systemd/system ]; then echo systemd; else cat /proc/1/comm; fi
}
block_devices() {
  for device in /sys/block/*; do
    [ -r "$device/size" ] || continue
    printf '%s|%s|%s|' "\${device##*/}" "$(cat "$device/size")" "$(cat "$device/queue/rotational")"
    cat "$device/device/model" 2>/dev/null || echo
  done
}
raw_sockets() {
  for table in tcp tcp6 udp udp6; do
    [ -r "/proc/net/$table" ] || continue
    awk -v table="$table" '$4 == "0A" || (table ~ /udp/ && $4 == "07") { print table, $2 }' "/proc/net/$table"
  done
}
nvidia_devices() {
  for device in /sys/bus/pci/devices/*; do
    [ "$(cat "$device/vendor" 2>/dev/null)" = 0x10de ] || continue
    case $(cat "$device/class") in 0x03*) echo "\${device##*/} $(cat "$device/device")" ;; esac
  done
}
mount_types() { awk '{ print $2, $3 }' /proc/mounts; }
time_zone() { cat /etc/timezone || readlink /etc/localtime; }
login() {
  id -u
  id -un
  id -Gn
  echo "via-sudo=\${PH_VIA_SUDO:-0}"
}

echo '${factsHeader}'
probe gpu-list gpu_list
probe gpu-log gpu_log
probe gpu-detail gpu_detail
probe gpu-links bounded nvidia-smi topo -m
probe gpu-instances bounded nvidia-smi -L
probe gpu-toolkit gpu_toolkit
probe docker docker_facts
probe compose bounded docker compose version --short
probe mounts bounded df -P -k
probe sockets sockets
probe sudo bounded sudo -n true
probe disks bounded lsblk -J -b -o NAME,SIZE,ROTA,TYPE,MODEL,TRAN,MOUNTPOINT
probe memory-modules memory_modules
probe updates pending_updates
probe clock bounded timedatectl show
probe virt bounded systemd-detect-virt
probe lscpu cpu_model
say hostname uname -n
say kernel uname -r
say architecture uname -m
say os os_release
say boot-id cat /proc/sys/kernel/random/boot_id
say uptime cat /proc/uptime
say init first_process
say cpu cpu_info
say memory memory
say filesystems mount_types
say block-devices block_devices
say raid cat /proc/mdstat
say firmware firmware
say network-cards network_cards
say raw-sockets raw_sockets
say time-zone time_zone
say gpu-module cat /proc/driver/nvidia/version
say gpu-pci nvidia_devices
say login login
collect
echo '@end'
exit 0
`;
