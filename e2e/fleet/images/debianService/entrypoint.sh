#!/bin/sh
# Starts like the official images do: redis listens for other containers and keeps its data in /data; nginx stays in
# front, logs to the container's output and reads /etc/nginx/conf.d with /usr/share/nginx/html as the default site.
set -eu

prepare_nginx() {
  rm -f /etc/nginx/sites-enabled/default
  ln -sf /dev/stdout /var/log/nginx/access.log
  ln -sf /dev/stderr /var/log/nginx/error.log
  if [ ! -e /etc/nginx/conf.d/default.conf ]; then
    printf 'server { listen 80; root /usr/share/nginx/html; }\n' >/etc/nginx/conf.d/default.conf
  fi
}

if command -v nginx >/dev/null; then
  prepare_nginx
  [ $# -gt 0 ] || set -- nginx -g 'daemon off;'
else
  [ $# -gt 0 ] || set -- redis-server
  if [ "$1" = redis-server ]; then
    mkdir -p /data
    set -- "$@" --protected-mode no --dir /data
  fi
fi
exec "$@"
