/**
 * One HTTP request from the server itself, by whatever it has: curl, python3, wget or bash. `PH_URL`, `PH_METHOD` (GET or POST),
 * `PH_HEADERS` (`NAME: value`, one per line; they may hold secrets, and go through files), `PH_BODY` (for a POST), `PH_SECONDS`. Prints
 * `status=NNN` and the body, or `error=…`; `error=no-client` where it has none of them.
 */
export const httpScript = `set -eu
umask 077
LC_ALL=C
export LC_ALL
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
printf '%s' "$PH_BODY" >"$work/request"
printf '%s\\n' "$PH_HEADERS" | grep . >"$work/headers" || true
gave_up() {
  printf 'error=%s\\n' "$(tail -n 1 "$work/err" | tr -d '\\r')"
  exit 0
}
by_curl() {
  # Its options in a file: what a process is called with can be read by every login.
  while IFS= read -r line; do printf 'header = "%s"\\n' "$(printf '%s' "$line" | sed 's/[\\\\"]/\\\\&/g')"; done <"$work/headers" >"$work/options"
  set -- --silent --show-error --output "$work/body" --write-out '%{http_code}' --max-time "$PH_SECONDS" --noproxy '*' --config "$work/options"
  if [ "$PH_METHOD" = POST ]; then set -- "$@" --data-binary "@$work/request"; fi
  status=$(curl "$@" "$PH_URL" 2>"$work/err") || gave_up
}
by_python() {
  status=$(python3 - "$work/body" 2>"$work/err" <<'PYTHON'
import os, sys, urllib.error, urllib.request
body = os.environ["PH_BODY"].encode() if os.environ["PH_METHOD"] == "POST" else None
headers = dict(line.split(": ", 1) for line in os.environ["PH_HEADERS"].split("\\n") if ": " in line)
request = urllib.request.Request(os.environ["PH_URL"], body, headers)
opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    answer = opener.open(request, timeout=float(os.environ["PH_SECONDS"]))
except urllib.error.HTTPError as error:
    answer = error
except Exception as error:
    sys.exit(str(error))
with open(sys.argv[1], "wb") as file:
    file.write(answer.read(65536))
print(answer.getcode())
PYTHON
) || gave_up
}
by_wget() {
  sed 's/^/header = /' "$work/headers" >"$work/wgetrc"
  WGETRC=$work/wgetrc
  export WGETRC
  set -- -S -O "$work/body" -T "$PH_SECONDS" --tries=1 --no-proxy --content-on-error
  if [ "$PH_METHOD" = POST ]; then set -- "$@" --post-file "$work/request"; fi
  wget "$@" "$PH_URL" 2>"$work/err" || true
  wget_status
}
by_small_wget() {
  set -- -S -O "$work/body" -T "$PH_SECONDS" -Y off
  if [ "$PH_METHOD" = POST ]; then set -- "$@" --header 'Content-Type: application/json' --post-data "$PH_BODY"; fi
  wget "$@" "$PH_URL" 2>"$work/err" || true
  wget_status
}
wget_status() {
  status=$(awk '$1 ~ /^HTTP\\// { status = $2 } END { print status }' "$work/err")
  if [ -z "$status" ]; then gave_up; fi
}
by_bash() {
  WORK=$work
  export WORK
  bash -c '
    rest=\${PH_URL#http://}
    place=\${rest%%/*}
    port=\${place##*:}
    [ "$port" != "$place" ] || port=80
    path=/\${rest#*/}
    [ "$rest" != "$place" ] || path=/
    exec 3<>"/dev/tcp/\${place%:*}/$port" || exit 1
    {
      printf "%s %s HTTP/1.0\\r\\nHost: %s\\r\\n" "$PH_METHOD" "$path" "$place"
      while IFS= read -r line; do printf "%s\\r\\n" "$line"; done <"$WORK/headers"
      if [ "$PH_METHOD" = POST ]; then printf "Content-Length: %s\\r\\n" "$(wc -c <"$WORK/request" | tr -d " ")"; fi
      printf "\\r\\n"
      if [ "$PH_METHOD" = POST ]; then cat "$WORK/request"; fi
    } >&3
    cat <&3
  ' >"$work/answer" 2>"$work/err" || gave_up
  status=$(awk 'NR == 1 { print $2 }' "$work/answer")
  sed '1,/^.\\{0,1\\}$/d' "$work/answer" >"$work/body"
}
# A small wget takes headers in its arguments only, where they can be read by every login.
small_wget_will_do() {
  command -v wget >/dev/null 2>&1 && ! grep -qvi '^content-type: application/json$' "$work/headers"
}
: >"$work/body"
: >"$work/err"
if command -v curl >/dev/null 2>&1; then
  by_curl
elif command -v python3 >/dev/null 2>&1; then
  by_python
elif command -v wget >/dev/null 2>&1 && wget --version 2>/dev/null | grep -q GNU; then
  by_wget
elif small_wget_will_do; then
  by_small_wget
elif command -v bash >/dev/null 2>&1; then
  by_bash
else
  echo error=no-client
  exit 0
fi
printf 'status=%s\\n' "$status"
head -c 65536 "$work/body"
`;
