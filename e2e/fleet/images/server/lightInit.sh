#!/bin/sh
# Main process of a light server: sshd and nothing else, started again when it dies.
set -eu

mkdir -p /run/sshd /run/fleet
if [ ! -e /etc/ssh/ssh_host_ed25519_key ]; then
  ssh-keygen -q -t ed25519 -N '' -f /etc/ssh/ssh_host_ed25519_key
fi
if [ ! -e /root/.ssh/authorized_keys ]; then
  printf '%s\n' "$FLEET_KEY" >/root/.ssh/authorized_keys
  chmod 600 /root/.ssh/authorized_keys
fi
# PAM's session modules want systemd. Fan-out tests open many connections at once; of MaxStartups the last value wins,
# so a test that sets its own comes after this file.
if [ ! -e /etc/ssh/sshd_config.d/01-light.conf ]; then
  printf 'UsePAM no\nMaxStartups 200\n' >/etc/ssh/sshd_config.d/01-light.conf
fi
while :; do
  /usr/sbin/sshd -D -e || true
  sleep 0.2
done
