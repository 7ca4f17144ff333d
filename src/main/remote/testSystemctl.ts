/**
 * A stand-in for `systemctl`, of sessions that have `PILOTHOUSE_UNIT_DIR`: it starts and ends what the recorder's unit says, as far as that goes without a
 * systemd. The process is in `unit.pid` of the home; a file `unbooted` there makes it fail as where no systemd runs, `stuck` keeps what runs from being ended.
 */
export const testSystemctl = `#!/bin/sh
set -eu
unit=$PILOTHOUSE_UNIT_DIR/pilothouse-recorder.service
pid=$HOME/unit.pid
if [ -e "$HOME/unbooted" ]; then
  echo 'System has not been booted with systemd as init system (PID 1). Can'"'"'t operate.' >&2
  exit 1
fi
alive() { [ -f "$pid" ] && kill -0 "$(cat "$pid")" 2>/dev/null; }
end() {
  if [ -e "$HOME/stuck" ]; then exit 1; fi
  if alive; then kill -TERM "-$(cat "$pid")" || true; fi
  rm -f "$pid"
}
if [ "$1" = --user ]; then shift; fi
case $1 in
  is-active) alive ;;
  daemon-reload | enable) ;;
  restart)
    end
    cd "$(sed -n 's/^WorkingDirectory=//p' "$unit")"
    # Words are wanted: the variables.
    env $(sed -n 's/^Environment=//p' "$unit") setsid sh -c 'echo $$ >"$0"; exec sh recorder.sh' "$pid" </dev/null >/dev/null 2>&1 &
    while [ ! -s "$pid" ]; do sleep 0.05; done ;;
  disable | stop) end ;;
  *) exit 1 ;;
esac
`;
