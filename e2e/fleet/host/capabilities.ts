import { readFile } from 'node:fs/promises';

/** Linux capabilities in the order of their numbers, as linux/capability.h gives them. */
const capabilityNames = (
  'CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE ' +
  'NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN ' +
  'SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE ' +
  'MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE'
).split(' ');

// These reach through to the machine below. With SYS_TIME a container once moved the host's clock.
const tooFar = ['SYS_TIME', 'SYS_MODULE', 'SYS_RAWIO', 'MAC_ADMIN', 'MAC_OVERRIDE', 'WAKE_ALARM', 'BLOCK_SUSPEND'];

/** Names of the capabilities missing from a bounding set given as the hexadecimal mask of /proc/PID/status. */
export function missingCapabilities(mask: string): string[] {
  const bits = BigInt(`0x${mask}`);
  return capabilityNames.filter((_, number) => ((bits >> BigInt(number)) & 1n) === 0n);
}

/**
 * Flags that give a server every capability it may have. `--privileged` asks for all that exist and fails on a machine
 * whose own bounding set lacks one.
 */
export async function capabilityFlags(): Promise<string[]> {
  const status = await readFile('/proc/self/status', 'utf8');
  const mask = /^CapBnd:\s*([0-9a-f]+)/m.exec(status)?.[1] ?? '0';
  const dropped = new Set([...tooFar, ...missingCapabilities(mask)]);
  return ['--cap-add=ALL', ...[...dropped].map((name) => `--cap-drop=${name}`)];
}
