/**
 * What a guard is on a server: a folder of root's alone with the rollback (`rollback`, `env`), when it fires (`until`), the program that
 * fires (`fire`) and, once it is settled, the link `decided` (to `disarmed`, or to `fire-BOOT`) that only one can make. With systemd a
 * timer fires it after its time and a service at every boot; without, a detached process does, and cron's `@reboot` where there is cron.
 */
const head = `set -eu
LC_ALL=C
export LC_ALL
umask 077
root=\${PILOTHOUSE_ROOT:-}
guards=$root/var/lib/pilothouse/guards
dir=$guards/$PH_GUARD_ID
unit=pilothouse-guard-$PH_GUARD_ID
units=$root/etc/systemd/system
has_systemd() { [ -d "$root/run/systemd/system" ]; }
tell() {
  if [ ! -d "$dir" ]; then echo absent
  elif [ -e "$dir/fired" ]; then cat "$dir/fired" "$dir/output" 2>/dev/null || :
  elif [ -L "$dir/decided" ]; then
    case $(readlink "$dir/decided") in disarmed) echo disarmed ;; *) echo firing ;; esac
  elif [ -e "$dir/until" ]; then echo "armed $(($(cat "$dir/until") - $(date +%s)))"
  else echo absent
  fi
}
remove_units() {
  if has_systemd && [ -e "$units/$unit.service" ]; then
    systemctl disable --quiet "$unit.service" 2>/dev/null || :
    systemctl stop "$unit.timer" 2>/dev/null || :
    rm -f "$units/$unit.timer" "$units/$unit.service"
    systemctl daemon-reload
  fi
  rm -f "$root/etc/cron.d/$unit"
}
await_end() {
  left=$1
  while [ "$left" -gt 0 ] && [ ! -e "$dir/fired" ]; do
    left=$((left - 1))
    sleep 1
  done
}
`;

/**
 * What fires: ends the change where it still runs, takes it back, and says `fired EPOCH EXIT HOW`, `how` being `asked`, `time` or `boot`.
 * A restart in the middle of it begins it anew at boot. A rollback that fails is tried three times.
 */
const fireScript = `#!/bin/sh
dir=$1
LC_ALL=C
PATH=\${PILOTHOUSE_PATH:-/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin}
HOME=/root
export LC_ALL PATH HOME
umask 077
root=\${dir%/var/lib/pilothouse/guards/*}
unit=pilothouse-guard-\${dir##*/}
boot=$(cat "\${PILOTHOUSE_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}")
if [ -e "$dir/fired" ] || [ ! -e "$dir/until" ]; then exit 0; fi
if ! ln -sn "fire-$boot" "$dir/decided" 2>/dev/null; then
  case $(readlink "$dir/decided") in fire-*) ;; *) exit 0 ;; esac
fi
# With systemd there is one of us at a time: this is its service.
if [ ! -d "$root/run/systemd/system" ] && ! mkdir "$dir/at-it-$boot" 2>/dev/null; then exit 0; fi
how='time'
if [ -e "$dir/asked" ]; then how=asked; fi
if [ "$boot" != "$(cat "$dir/boot")" ]; then how=boot; fi
started() {
  IFS= read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
  # shellcheck disable=SC2086
  set -- \${stat##*) }
  printf '%s\\n' "\${20}"
}
family() {
  found=" $1 "
  grown=yes
  while [ -n "$grown" ]; do
    grown=''
    for each in /proc/[0-9]*/stat; do
      IFS= read -r stat 2>/dev/null <"$each" || continue
      child=\${stat%% *}
      case $found in *" $child "*) continue ;; esac
      # shellcheck disable=SC2086
      set -- \${stat##*) }
      case $found in *" $2 "*) found="$found$child " grown=yes ;; esac
    done
  done
  printf '%s\\n' "$found"
}
# A change that went on after it was taken back would be there in the end.
if [ -e "$dir/applying" ] && read -r pid since on <"$dir/applying" && [ "$on" = "$boot" ]; then
  left=5
  while [ "$(started "$pid")" = "$since" ]; do
    signal=TERM
    if [ "$left" -le 0 ]; then signal=KILL; fi
    for each in $(family "$pid"); do kill -s "$signal" "$each" 2>/dev/null; done
    left=$((left - 1))
    sleep 1
  done
fi
: >"$dir/output"
tries=3
while :; do
  (
    . "$dir/env"
    exec sh "$dir/rollback"
  ) </dev/null >>"$dir/output" 2>&1
  code=$?
  tries=$((tries - 1))
  if [ "$code" -eq 0 ] || [ "$tries" -eq 0 ]; then break; fi
  sleep "\${PH_GUARD_PAUSE_S:-5}"
done
printf 'fired %s %s %s\\n' "$(date +%s)" "$code" "$how" >"$dir/fired.new"
sync 2>/dev/null
mv "$dir/fired.new" "$dir/fired"
rm -f "$root/etc/cron.d/$unit"
if [ -d "$root/run/systemd/system" ]; then
  systemctl disable --quiet "$unit.service" 2>/dev/null
  rm -f "$root/etc/systemd/system/$unit.timer" "$root/etc/systemd/system/$unit.service"
  systemctl daemon-reload
fi
exit 0
`;

/**
 * Arms a guard: everything is on disk before this ends. Arming again what is armed changes nothing but that its timer runs.
 * Environment: PH_GUARD_ID, PH_GUARD_S, PH_GUARD_ROLLBACK (script), PH_GUARD_ENV (lines of sh assignments). Prints `armed SECONDS WAY`
 * with the way `systemd`, `cron` or `process`, or how it stands where it is settled.
 */
export const armScript = `${head}
stands=$(tell)
case $stands in fired* | firing | disarmed) printf '%s\\n' "$stands"; exit 0 ;; esac
mkdir -p "$dir"
if [ ! -e "$dir/until" ]; then
  printf '%s\\n' "$PH_GUARD_ENV" >"$dir/env"
  printf '%s\\n' "$PH_GUARD_ROLLBACK" >"$dir/rollback"
  cat "\${PILOTHOUSE_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}" >"$dir/boot"
  cat >"$dir/fire" <<'FIRE'
${fireScript}FIRE
  printf '%s\\n' "$(($(date +%s) + PH_GUARD_S))" >"$dir/until.new"
  mv "$dir/until.new" "$dir/until"
fi
left=$(($(cat "$dir/until") - $(date +%s)))
if [ "$left" -lt 1 ]; then left=1; fi
if has_systemd; then
  way=systemd
  if ! systemctl is-active --quiet "$unit.timer"; then
    # Not a timer's OnBootSec: one that is past fires at once when the timer is started.
    cat >"$units/$unit.service" <<UNIT
[Unit]
Description=Pilothouse takes back a change that nobody proved
After=network.target ssh.service sshd.service ssh.socket ufw.service nftables.service fail2ban.service docker.service
[Service]
Type=oneshot
ExecStart=/bin/sh $dir/fire $dir
[Install]
WantedBy=multi-user.target
UNIT
    cat >"$units/$unit.timer" <<UNIT
[Unit]
Description=Pilothouse takes back a change that nobody proved in time
[Timer]
OnActiveSec=$left
AccuracySec=1s
Unit=$unit.service
UNIT
    systemctl daemon-reload
    systemctl enable --quiet "$unit.service"
    systemctl start "$unit.timer"
  fi
  sync "$units/$unit.service" "$units/$unit.timer" "$units/multi-user.target.wants" "$units" 2>/dev/null || sync
else
  way=process
  command -v setsid >/dev/null 2>&1 || { echo 'there is neither systemd nor setsid to keep a guard' >&2; exit 4; }
  # shellcheck disable=SC2016
  setsid sh -c 'sleep "$1"; exec sh "$2/fire" "$2"' guard "$left" "$dir" </dev/null >/dev/null 2>&1 &
  if [ -d "$root/etc/cron.d" ] && grep -qsx -e cron -e crond /proc/[0-9]*/comm; then
    way=cron
    printf '@reboot root /bin/sh %s/fire %s\\n' "$dir" "$dir" >"$root/etc/cron.d/$unit"
    chmod 0644 "$root/etc/cron.d/$unit"
  fi
fi
sync "$dir" "$dir"/* 2>/dev/null || sync
printf 'armed %s %s\\n' "$left" "$way"
`;

/** Has an armed guard fire at once, and waits a little for its end. Prints how it stands: `absent`, `armed SECONDS`, `firing`, `disarmed`, or `fired EPOCH EXIT HOW` with the rollback's output after it. */
export const takeBackScript = `${head}
case $(tell) in armed*)
  : >"$dir/asked"
  if has_systemd && [ -e "$units/$unit.service" ]; then systemctl start --no-block "$unit.service"
  else setsid sh "$dir/fire" "$dir" </dev/null >/dev/null 2>&1 &
  fi ;;
esac
case $(tell) in armed* | firing) await_end 10 ;; esac
tell
`;

/** Disarms a guard unless it fires; one that does is waited for. Prints how it stands, as \`takeBackScript\` does; the folder stays, so that asking again tells the same. */
export const disarmScript = `${head}
if [ -e "$dir/until" ] && ln -sn disarmed "$dir/decided" 2>/dev/null; then sync "$dir" 2>/dev/null || sync; fi
case $(tell) in disarmed) remove_units ;; firing) await_end 90 ;; esac
tell
`;

/** Removes what is left of a guard that is settled. */
export const forgetScript = `${head}
case $(tell) in armed* | firing) exit 1 ;; esac
remove_units
rm -rf "$dir"
rmdir "$guards" 2>/dev/null || :
`;

/**
 * The change as it runs under a guard: it says which process it is, so that the guard can end it before taking it back, and does nothing
 * where the guard is settled by then, for example because the core was away for longer than the guard's time.
 */
export function guardedScript(id: string, script: string): string {
  return `ph_guard=\${PILOTHOUSE_ROOT:-}/var/lib/pilothouse/guards/${id}
ph_since() {
  IFS= read -r ph_stat <"/proc/$$/stat"
  # shellcheck disable=SC2086
  set -- \${ph_stat##*) }
  printf '%s\\n' "\${20}"
}
printf '%s %s %s\\n' "$$" "$(ph_since)" "$(cat "\${PILOTHOUSE_BOOT_ID_FILE:-/proc/sys/kernel/random/boot_id}")" 2>/dev/null >"$ph_guard/applying" || :
if [ ! -e "$ph_guard/until" ] || [ -L "$ph_guard/decided" ]; then
  echo 'The guard of this change is no longer armed, so nothing was changed.' >&2
  exit 75
fi
unset ph_guard
unset -f ph_since
${script}`;
}
