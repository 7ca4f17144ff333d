#!/bin/sh
# Image build step of a server: trust, units that make no sense in a container, the swap stand-in's place.
set -eu

update-ca-certificates >/dev/null 2>&1
chmod 755 /sbin/fleet-init /sbin/fleet-light-init /usr/lib/fleet/swap-stand-in /usr/lib/fleet/nvidiaSmi/nvidia_smi.py
install -d -m 700 /root/.ssh

# Hardware, kernel and console belong to the machine below; the daily apt timers would take apt's lock from tests.
for unit in \
  dev-hugepages.mount sys-fs-fuse-connections.mount sys-kernel-config.mount sys-kernel-debug.mount \
  sys-kernel-tracing.mount proc-sys-fs-binfmt_misc.automount systemd-remount-fs.service systemd-modules-load.service \
  systemd-udevd.service systemd-udev-trigger.service getty.target console-getty.service \
  apt-daily.timer apt-daily-upgrade.timer; do
  ln -sf /dev/null "/etc/systemd/system/$unit"
done
systemctl enable ssh-hostkeys.service ssh.service >/dev/null 2>&1

# Diverted, so that an upgrade of the package that owns them leaves the stand-in in place.
for tool in swapon swapoff; do
  real=/usr/sbin/$tool
  dpkg-divert --quiet --local --rename --divert "/usr/lib/fleet/$tool" --add "$real"
  ln -sf /usr/lib/fleet/swap-stand-in "$real"
done
