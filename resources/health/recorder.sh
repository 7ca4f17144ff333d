# Runs collector.sh, which lies beside it, and keeps what that prints in a ring of two files: `ring/older`, then `ring/current`. For the hours in
# which nobody reads. POSIX sh: dash, busybox. Runs until it is ended; works in its own directory. A full disk ends it: whoever started it tries again.
# PH_INTERVAL_S: seconds between two looks, 15 when not given. PH_RING_BYTES: of both files together, 64 MiB when not given.
set -u
umask 077
LC_ALL=C
export LC_ALL
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
interval=${PH_INTERVAL_S:-15}
half=$((${PH_RING_BYTES:-67108864} / 2))
mkdir -p ring || exit 1
# What was kept before is gone on with: a line that was torn is ended.
keep() {
  # The collector says nothing for as long as it waits: that nothing can be kept has to end it, too.
  trap 'kill -TERM $$' EXIT
  size=0
  if [ -f ring/current ]; then size=$(wc -c <ring/current); fi
  exec 3>>ring/current || exit 1
  if [ "$size" -gt 0 ]; then printf '\n' >&3 || exit 1; fi
  while IFS= read -r line; do
    if [ "$size" -gt "$half" ]; then
      mv -f ring/current ring/older || exit 1
      exec 3>ring/current || exit 1
      size=0
    fi
    printf '%s\n' "$line" >&3 || exit 1
    size=$((size + ${#line} + 1))
  done
}
# The collector ends with its input, whose other end is here: with this.
rm -f in
mkfifo in || exit 1
exec 4<>in
exec 5<in
rm -f in
sh ./collector.sh "$interval" <&5 4<&- 5<&- | keep 4<&- 5<&-
exit 1
