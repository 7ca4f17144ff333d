# Prints the containers that run here, one line each, for whoever looks for engines of models and their exporters. POSIX sh: dash, busybox.
# Out: fields with tabs between: id, name, image, Compose project and service, network mode, addresses with blanks between, ports as JSON
# of Docker, the port that its command names. Of the command nothing else goes out: it may hold keys.
# Exit status 1: Docker cannot be asked with this login, or is not there.
LC_ALL=C
export LC_ALL
PATH=${PATH:-/usr/bin:/bin}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
have() { command -v "$1" >/dev/null 2>&1; }
bounded() { if have timeout; then timeout 20 "$@"; else "$@"; fi; }
have docker || exit 1
tab=$(printf '\t')
docker=docker
if ! ids=$(bounded docker ps --quiet --no-trunc 2>/dev/null); then
  docker='sudo -n docker'
  ids=$(bounded sudo -n docker ps --quiet --no-trunc 2>/dev/null) || exit 1
fi
[ -n "$ids" ] || exit 0
project='{{if .Config.Labels}}{{index .Config.Labels "com.docker.compose.project"}}{{end}}'
service='{{if .Config.Labels}}{{index .Config.Labels "com.docker.compose.service"}}{{end}}'
networks='{{range .NetworkSettings.Networks}}{{.IPAddress}} {{end}}'
format="{{.Id}}$tab{{.Name}}$tab{{.Config.Image}}$tab$project$tab$service$tab{{.HostConfig.NetworkMode}}$tab$networks$tab{{json .NetworkSettings.Ports}}$tab{{json .Config.Cmd}}"
# It fails when one of them is gone by now, and tells of the others all the same. Words are wanted: identifiers, and sudo where it is needed.
# shellcheck disable=SC2086
bounded $docker inspect --type container --format "$format" $ids 2>/dev/null | awk -F "$tab" -v OFS="$tab" '{
  port = ""
  if (match($9, /--port["=, ]+[0-9]+/)) {
    port = substr($9, RSTART, RLENGTH)
    gsub(/[^0-9]/, "", port)
  }
  print $1, $2, $3, $4, $5, $6, $7, $8, port
}'
