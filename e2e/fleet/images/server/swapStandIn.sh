#!/bin/sh
# Stand-in for swapon and swapoff: swap is one list per kernel, and swapon() on an overlay file is refused. Checks what
# the real tools check (a regular file, mkswap's signature, its mode), then edits the server's private /proc/swaps.
set -eu

list=/run/fleet/swaps
me=$(basename "$0")
real=/usr/lib/fleet/$me

fail() {
  printf '%s: %s\n' "$me" "$1" >&2
  exit 255
}

is_listed() {
  grep -q "^$1[[:space:]]" "$list"
}

add() {
  file=$(readlink -f "$1")
  [ -f "$file" ] || fail "cannot open $1: No such file or directory"
  # Without a GNU signature in the first page the file was never given to mkswap.
  [ "$(dd if="$file" bs=1 skip=4086 count=10 2>/dev/null)" = SWAPSPACE2 ] || fail "$file: read swap header failed"
  mode=$(stat -c %04a "$file")
  [ "$mode" = 0600 ] || printf '%s: %s: insecure permissions %s, 0600 suggested.\n' "$me" "$file" "$mode" >&2
  if is_listed "$file"; then fail "$file: swapon failed: Device or resource busy"; fi
  # The first page holds the header and is not swap space.
  kib=$(($(stat -c %s "$file") / 1024 - 4))
  printf '%-40s%s\t\t%d\t\t%d\t\t%d\n' "$file" file "$kib" 0 -2 >>"$list"
}

remove() {
  file=$(readlink -f "$1")
  is_listed "$file" || fail "$1: swapoff failed: Invalid argument"
  rest=$(grep -v "^${file}[[:space:]]" "$list")
  # Written in place: the file is a mount point and cannot be replaced.
  printf '%s\n' "$rest" >"$list"
}

add_all_of_fstab() {
  awk '$1 !~ /^#/ && $3 == "swap" { print $1 }' /etc/fstab | while read -r file; do
    is_listed "$(readlink -f "$file")" || add "$file"
  done
}

remove_all() {
  awk 'NR > 1 { print $1 }' "$list" | while read -r file; do remove "$file"; done
}

[ $# -gt 0 ] || exec "$real"
for argument in "$@"; do
  case $argument in
    -a | --all)
      if [ "$me" = swapon ]; then add_all_of_fstab; else remove_all; fi
      ;;
    -s | --summary | --show* | --noheadings | --bytes | --raw | -o* | -h | --help | -V | --version) exec "$real" "$@" ;;
    -*) ;;
    *) if [ "$me" = swapon ]; then add "$argument"; else remove "$argument"; fi ;;
  esac
done
