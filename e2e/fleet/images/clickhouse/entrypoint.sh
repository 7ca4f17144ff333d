#!/bin/bash
# First part of the real image's entry point: ownership of the data folder, the user from the environment, CLICKHOUSE_DB.
set -eu

if [ $# -gt 0 ]; then exec "$@"; fi
if [ -z "${CLICKHOUSE_USER:-}${CLICKHOUSE_PASSWORD:-}" ] && [ "${CLICKHOUSE_SKIP_USER_SETUP:-0}" != 1 ]; then
  echo "$0: neither CLICKHOUSE_USER nor CLICKHOUSE_PASSWORD is set, disabling network access for user 'default'"
fi
if [ "$(id -u)" = 0 ]; then
  chown -R clickhouse:clickhouse /var/lib/clickhouse /var/log/clickhouse-server
  exec setpriv --reuid=clickhouse --regid=clickhouse --init-groups -- python3 /usr/lib/fleet/clickhouse_server.py
fi
exec python3 /usr/lib/fleet/clickhouse_server.py
