import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Knows timers with OnActiveSec, oneshot services, enable and disable; whatever it is asked stands in `systemctl.log`. */
const systemctl = `#!/bin/sh
root=$PILOTHOUSE_ROOT
units=$root/etc/systemd/system
echo "$*" >>"$root/systemctl.log"
run() { command=$(sed -n 's/^ExecStart=//p' "$units/$1"); setsid $command </dev/null >/dev/null 2>&1 & }
case $1 in
  is-active) [ -e "$root/active-$3" ] || exit 3 ;;
  enable) mkdir -p "$units/multi-user.target.wants"; : >"$units/multi-user.target.wants/$3" ;;
  disable) rm -f "$units/multi-user.target.wants/$3" ;;
  stop) rm -f "$root/active-$2" ;;
  start)
    if [ "$2" = --no-block ]; then run "$3"; exit 0; fi
    : >"$root/active-$2"
    seconds=$(sed -n 's/^OnActiveSec=//p' "$units/$2")
    service=$(sed -n 's/^Unit=//p' "$units/$2")
    command=$(sed -n 's/^ExecStart=//p' "$units/$service")
    setsid sh -c "sleep $seconds; [ ! -e '$root/active-$2' ] || exec $command" </dev/null >/dev/null 2>&1 &
    ;;
esac
`;

/** Puts a stand-in of systemd's `systemctl` on a stand-in server, with the folders of a root of its own; returns the environment for it. */
export async function standInSystemd(directory: string): Promise<Record<string, string>> {
  const root = join(directory, 'root');
  await mkdir(join(directory, 'bin'), { recursive: true });
  for (const folder of ['run/systemd/system', 'etc/systemd/system', 'etc/cron.d']) await mkdir(join(root, folder), { recursive: true });
  await writeFile(join(directory, 'bin', 'systemctl'), systemctl);
  await chmod(join(directory, 'bin', 'systemctl'), 0o755);
  await writeFile(join(directory, 'boot-id'), 'boot-one\n');
  return {
    PILOTHOUSE_ROOT: root,
    PILOTHOUSE_BOOT_ID_FILE: join(directory, 'boot-id'),
    PILOTHOUSE_PATH: `${join(directory, 'bin')}:/usr/bin:/bin`,
    PH_GUARD_PAUSE_S: '0',
  };
}
