#!/bin/sh
# PID 1 of a full server until systemd takes over: undoes what a container runtime does to a system.
set -eu

cgroups_writable() {
  if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
    mount -o remount,rw /sys/fs/cgroup
    return
  fi
  # Version 1 arrives read-only; only the per-mount flag can be flipped, a plain remount is refused as busy.
  mount -o remount,bind,rw /sys/fs/cgroup
  for hierarchy in /sys/fs/cgroup/*; do
    [ -L "$hierarchy" ] || mount -o remount,bind,rw "$hierarchy"
  done
}

# The runtime bind-mounts these three, so that renaming over them fails and hostnamectl with it.
ordinary_files() {
  for name in hostname hosts resolv.conf; do
    content=$(cat "/etc/$name")
    umount "/etc/$name" 2>/dev/null || true
    printf '%s\n' "$content" >"/etc/$name"
  done
  [ -z "${FLEET_DNS:-}" ] || printf 'nameserver %s\n' "$FLEET_DNS" >/etc/resolv.conf
}

# These settings are the kernel's, shared by all servers: private copies read back what was written.
private_sysctls() {
  for area in vm fs; do
    mkdir -p "/run/fleet/$area"
    mount -t tmpfs tmpfs "/run/fleet/$area"
    cp -r "/proc/sys/$area/." "/run/fleet/$area/" 2>/dev/null || true
    mount --bind "/run/fleet/$area" "/proc/sys/$area"
  done
}

private_swaps() {
  printf 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n' >/run/fleet/swaps
  mount --bind /run/fleet/swaps /proc/swaps
}

# A boot id of its own at each start is how a reboot is told from a broken connection.
own_boot_id() {
  cat /proc/sys/kernel/random/uuid >/run/fleet/boot_id
  mount --bind /run/fleet/boot_id /proc/sys/kernel/random/boot_id
}

operator_key() {
  [ -n "${FLEET_KEY:-}" ] || return 0
  # Only on first boot: a later one must respect what the test did to the file.
  [ ! -e /root/.ssh/authorized_keys ] || return 0
  printf '%s\n' "$FLEET_KEY" >/root/.ssh/authorized_keys
  chmod 600 /root/.ssh/authorized_keys
}

cgroups_writable
mount --make-rshared /
ordinary_files
private_sysctls
private_swaps
own_boot_id
operator_key
unset FLEET_DNS FLEET_KEY

if [ "$(stat -fc %T /sys/fs/cgroup)" = cgroup2fs ]; then
  exec /sbin/init
fi
# systemd 257 refuses version 1 unless told twice.
exec /sbin/init SYSTEMD_CGROUP_ENABLE_LEGACY_FORCE=1 systemd.unified_cgroup_hierarchy=0
