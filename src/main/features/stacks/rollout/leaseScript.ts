/**
 * The deploy lock of a stack on a server, a lease by the server's own clock. `PH_STACK`, `PH_ACTION` (below), `PH_OPERATION`, `PH_OWNER`
 * (one line of JSON), `PH_EXPECT`, `PH_MARK` (JSON for the one from whom it is taken). Prints `taken`, `kept`, `free`, or
 * `held AGE_S SILENCE_S OWNER_JSON`; a `renew` of what is no longer one's own adds `mark JSON` where somebody took it over.
 *
 * `take`: takes a free lock; one's own counts as taken. `renew`: says that the owner lives. `release`: gives one's own back.
 * `seize`: takes it from the operation `PH_EXPECT`, and from no other; without `PH_OWNER` it is free afterwards. `look`: changes nothing.
 */
export const leaseScript = `set -eu
umask 077
LC_ALL=C
export LC_ALL
lock=$PH_STACK/lock
if [ ! -d "$PH_STACK" ]; then
  if [ "$PH_ACTION" != take ]; then
    echo free
    exit 0
  fi
  mkdir -p "$PH_STACK"
fi
# Looking and writing are one step, also for two laptops that come in the same moment.
if command -v flock >/dev/null 2>&1; then
  exec 9>"$PH_STACK/.lock"
  flock 9
fi
now=$(date +%s)
holder() { sed -n 's/.*"operationId":"\\([^"]*\\)".*/\\1/p' "$lock/owner.json" 2>/dev/null | head -n 1; }
since() { cat "$lock/taken" 2>/dev/null || stat -c %Y "$lock" 2>/dev/null || printf '%s\\n' "$now"; }
tell() {
  taken=$(since)
  beat=$(cat "$lock/beat" 2>/dev/null || printf '%s\\n' "$taken")
  printf 'held %s %s %s\\n' "$((now - taken))" "$((now - beat))" "$(cat "$lock/owner.json" 2>/dev/null || true)"
}
put() {
  mkdir -p "$lock"
  printf '%s\\n' "$now" >"$lock/taken"
  printf '%s\\n' "$now" >"$lock/beat"
  printf '%s\\n' "$PH_OWNER" >"$lock/owner.new"
  mv "$lock/owner.new" "$lock/owner.json"
  echo taken
}
case $PH_ACTION in
  take)
    # Without an owner its taker died between two commands: after a minute it is nobody's.
    if [ ! -d "$lock" ]; then
      put
    elif [ ! -f "$lock/owner.json" ] && [ "$((now - $(since)))" -ge 60 ]; then
      put
    elif [ "$(holder)" = "$PH_OPERATION" ]; then
      printf '%s\\n' "$now" >"$lock/beat"
      echo taken
    else
      tell
    fi
    ;;
  renew)
    if [ "$(holder)" = "$PH_OPERATION" ]; then
      printf '%s\\n' "$now" >"$lock/beat.new"
      mv "$lock/beat.new" "$lock/beat"
      echo kept
    else
      if [ -d "$lock" ]; then tell; else echo free; fi
      if [ -f "$PH_STACK/lock.mark" ]; then printf 'mark %s\\n' "$(cat "$PH_STACK/lock.mark")"; fi
    fi
    ;;
  release)
    if [ "$(holder)" = "$PH_OPERATION" ]; then rm -rf "$lock"; fi
    echo free
    ;;
  seize)
    if [ ! -d "$lock" ]; then
      if [ -n "$PH_OWNER" ]; then put; else echo free; fi
    elif [ "$(holder)" = "$PH_EXPECT" ]; then
      printf '%s\\n' "$PH_MARK" >"$PH_STACK/lock.mark.new"
      mv "$PH_STACK/lock.mark.new" "$PH_STACK/lock.mark"
      if [ -n "$PH_OWNER" ]; then
        put
      else
        rm -rf "$lock"
        echo free
      fi
    else
      tell
    fi
    ;;
  look)
    if [ -d "$lock" ]; then tell; else echo free; fi
    ;;
esac
`;
