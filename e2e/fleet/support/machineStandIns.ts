import type { FleetServer } from '../testFleet.ts';

/** Skews the clock by the seconds in /run/skew, while that file is there. */
const date = `#!/bin/sh\nif [ -e /run/skew ]; then exec /usr/bin/date -d "$(cat /run/skew) seconds" "$@"; fi\nexec /usr/bin/date "$@"\n`;
/** Tells what is in /run/xid, while that file is there. */
const dmesg = `#!/bin/sh\nif [ -e /run/xid ]; then cat /run/xid; else echo '[    0.000000] Linux version 6.12'; fi\n`;

/** Lays stand-ins for what a container shares with the machine below: its clock and its kernel's log. Each tells the truth until it is told otherwise. */
export async function layMachineStandIns(server: FleetServer): Promise<void> {
  for (const [name, text] of Object.entries({ date, dmesg })) {
    const path = `/usr/local/bin/${name}`;
    await server.mustExec(`cat >${path}; chmod 755 ${path}`, { stdin: text });
  }
}
