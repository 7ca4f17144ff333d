/** Name of the unit, of the system or of the login's own systemd. */
export const unitName = 'pilothouse-recorder.service';

/** Finds out how units are handled: as root those of the system, else the login's own. `no_systemd` where there is none. */
const head = `set -eu
umask 077
LC_ALL=C
export LC_ALL
unit=${unitName}
if [ "$(id -u)" = 0 ]; then
  units=\${PILOTHOUSE_UNIT_DIR:-/etc/systemd/system}
  target=multi-user.target
  control() { systemctl "$@"; }
else
  units=\${XDG_CONFIG_HOME:-$HOME/.config}/systemd/user
  target=default.target
  XDG_RUNTIME_DIR=\${XDG_RUNTIME_DIR:-/run/user/$(id -u)}
  export XDG_RUNTIME_DIR
  control() { systemctl --user "$@"; }
fi
have() { command -v "$1" >/dev/null 2>&1; }
`;

/** Prints how it stands: `unit STATE`, `mark TEXT`, `bytes N`, `first UPTIME WALL`, `last UPTIME WALL`, `now UPTIME WALL`. `PH_RECORDER`: its directory. */
export const statusScript = `${head}
if [ ! -e "$units/$unit" ] && [ ! -d "$PH_RECORDER" ]; then
  echo 'unit absent'
  exit 0
fi
if have systemctl && control is-active --quiet "$unit" 2>/dev/null; then echo 'unit active'; else echo 'unit inactive'; fi
if [ -r "$units/$unit" ]; then sed -n 's/^# \\(mark [0-9a-f]*\\)$/\\1/p' "$units/$unit"; fi
bytes=0
for file in older current; do
  if [ -f "$PH_RECORDER/ring/$file" ]; then bytes=$((bytes + $(wc -c <"$PH_RECORDER/ring/$file"))); fi
done
echo "bytes $bytes"
oldest="$PH_RECORDER/ring/older"
if [ ! -f "$oldest" ]; then oldest="$PH_RECORDER/ring/current"; fi
if [ -f "$oldest" ]; then awk '/^h\\( [0-9]+ [0-9.]+ [0-9.]+$/ { print "first", $3, $4; exit }' "$oldest"; fi
if [ -f "$PH_RECORDER/ring/current" ]; then tail -c 262144 "$PH_RECORDER/ring/current" | awk '/^h\\( [0-9]+ [0-9.]+ [0-9.]+$/ { u = $3; w = $4 } END { if (w != "") print "last", u, w }'; fi
read -r uptime _ </proc/uptime
echo "now $uptime $(date +%s)"
`;

/**
 * Makes room for the programs, and keeps others from installing or removing at the same time, until `letOthersScript`; one that died over it is waited
 * for two minutes. Exit 3: there is no systemd that runs; exit 5: another is at it for long.
 */
export const takeTurnScript = `${head}
if ! have systemctl; then
  echo 'systemd is not there: a recorder needs it to go on without anybody logged in.' >&2
  exit 3
fi
mkdir -p "\${PH_RECORDER%/*}"
tries=0
until mkdir "$PH_RECORDER.lock" 2>/dev/null; do
  tries=$((tries + 1))
  if [ -n "$(find "$PH_RECORDER.lock" -maxdepth 0 -mmin +2 2>/dev/null)" ]; then rmdir "$PH_RECORDER.lock" 2>/dev/null || true; fi
  if [ "$tries" -gt 40 ]; then
    echo 'another computer puts a recorder there or takes it off: see its status, and try again.' >&2
    exit 5
  fi
  sleep 1
done
mkdir -p "$PH_RECORDER"
`;

/** Ends what \`takeTurnScript\` began. */
export const letOthersScript = `rmdir "$PH_RECORDER.lock" 2>/dev/null || true\n`;

/**
 * Writes the unit and starts it. `PH_RECORDER`: its directory, where the programs lie; `PH_UNIT_DIRECTORY`: the same as units write it;
 * `PH_INTERVAL_S`, `PH_RING_BYTES`, `PH_MARK`, by which the unit tells what it was made of.
 */
export const installScript = `${head}
mkdir -p "$units"
trap 'rm -f "$units/$unit.new"' EXIT
cat >"$units/$unit.new" <<END
# mark $PH_MARK
[Unit]
Description=Pilothouse recorder: figures of this machine, kept while nobody reads them
After=network.target docker.service

[Service]
WorkingDirectory=$PH_UNIT_DIRECTORY
Environment=PH_INTERVAL_S=$PH_INTERVAL_S PH_RING_BYTES=$PH_RING_BYTES
ExecStart=/bin/sh recorder.sh
Restart=always
RestartSec=30
Nice=10
UMask=0077

[Install]
WantedBy=$target
END
chmod 644 "$units/$unit.new"
mv -f "$units/$unit.new" "$units/$unit"
control daemon-reload
control enable --quiet "$unit"
control restart "$unit"
if [ "$(id -u)" != 0 ] && ! loginctl enable-linger >/dev/null 2>&1; then
  echo 'It ends when this login has no session any more: root can change that by "loginctl enable-linger".'
fi
`;

/** Takes off the unit and all that was kept, also where only a part of it is there. `PH_RECORDER` has to end in `/recorder`. */
export const removeScript = `${head}
case $PH_RECORDER in */recorder) ;; *) exit 4 ;; esac
if have systemctl; then
  control disable --now --quiet "$unit" 2>/dev/null || control stop "$unit" 2>/dev/null || true
  if control is-active --quiet "$unit" 2>/dev/null; then
    echo 'the unit cannot be ended' >&2
    exit 1
  fi
fi
rm -f "$units/$unit" "$units/$unit.new"
if have systemctl; then control daemon-reload 2>/dev/null || true; fi
rm -rf "$PH_RECORDER"
`;

/** Prints what was kept in the last `PH_AGO_S` seconds, after `now UPTIME WALL`. Exit 3: there is no recorder. */
export const readScript = `set -eu
LC_ALL=C
export LC_ALL
[ -d "$PH_RECORDER/ring" ] || exit 3
read -r uptime _ </proc/uptime
wall=$(date +%s)
echo "now $uptime $wall"
cd "$PH_RECORDER/ring"
for file in older current; do
  if [ -f "$file" ]; then cat "$file"; fi
done | awk -v since="$((wall - PH_AGO_S))" '
  on { print; next }
  /^[a-z]\\( [0-9]+ [0-9.]+ [0-9.]+$/ && $4 + 0 >= since + 0 { on = 1; print }'
`;
