#!/bin/sh
# Serves the repositories and answers names: the vendors' from FLEET_HOSTS (`name=address ...`), all others from outside.
set -eu

# The engine's own resolver knows this machine's name servers, also where they are on loopback.
set -- --no-resolv --no-hosts --server=127.0.0.11 --cache-size=1000
for pair in $FLEET_HOSTS; do
  name=${pair%%=*}
  # `local` keeps the question for an IPv6 address from being asked outside.
  set -- "$@" "--host-record=$name,${pair#*=}" "--local=/$name/"
done
dnsmasq "$@"
exec nginx -c /etc/fleet/nginx.conf
