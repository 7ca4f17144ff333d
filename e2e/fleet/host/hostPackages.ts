import { access, constants } from 'node:fs/promises';
import { join } from 'node:path';
import { mustRun, run } from './command.ts';

/** Programs the fleet runs on this machine, each with the Debian package that brings it. */
const needed: readonly { program: string; package: string }[] = [
  { program: 'dockerd', package: 'docker.io' },
  { program: 'docker', package: 'docker-cli' },
  { program: 'mmdebstrap', package: 'mmdebstrap' },
  { program: 'iptables', package: 'iptables' },
  { program: 'openssl', package: 'openssl' },
  { program: 'zstd', package: 'zstd' },
  { program: 'ssh-keygen', package: 'openssh-client' },
  { program: 'nsenter', package: 'util-linux' },
  { program: 'gcc', package: 'gcc' },
];

const searchPath = [...(process.env['PATH'] ?? '').split(':'), '/usr/local/sbin', '/usr/sbin', '/sbin', '/usr/bin', '/bin'];

async function isExecutable(file: string): Promise<boolean> {
  return access(file, constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function findProgram(program: string): Promise<string | undefined> {
  for (const folder of searchPath) {
    const file = join(folder, program);
    if (await isExecutable(file)) return file;
  }
  return undefined;
}

/** Path of the static busybox that becomes the `busybox` image; Debian ships it in `busybox-static`. */
export const busyboxPath = '/bin/busybox';

async function missingPackages(): Promise<string[]> {
  const missing = new Set<string>();
  for (const each of needed) if (!(await findProgram(each.program))) missing.add(each.package);
  if (!(await isExecutable(busyboxPath))) missing.add('busybox-static');
  // gcc alone has no C library headers on Debian.
  if (missing.has('gcc')) missing.add('libc6-dev');
  return [...missing];
}

async function install(packages: readonly string[]): Promise<void> {
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await mustRun('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], { env });
}

/** Installs what the fleet needs on this machine from its own apt sources; does nothing when all is there. */
export async function ensureHostPackages(): Promise<void> {
  const missing = await missingPackages();
  if (missing.length === 0) return;
  await mustRun('apt-get', ['update', '-qq']);
  // Debian 12 and Ubuntu have the client inside docker.io; only newer Debian splits it off.
  const known = await Promise.all(missing.map((name) => run('apt-cache', ['show', '--no-all-versions', name])));
  const available = missing.filter((_, index) => known[index]?.code === 0);
  await install(available);
  const still = await missingPackages();
  if (still.length > 0) throw new Error(`the fleet needs these packages, and apt does not give them: ${still.join(', ')}`);
}

/**
 * The Debian mirror that this machine's apt already uses. A machine that is not Debian names one in
 * PILOTHOUSE_FLEET_MIRROR; throws when there is neither.
 */
export async function aptMirror(): Promise<string> {
  const chosen = process.env['PILOTHOUSE_FLEET_MIRROR'];
  if (chosen) return chosen;
  const format = '$(LABEL) $(REPO_URI)';
  const targets = await mustRun('apt-get', ['indextargets', '--format', format, 'Created-By: Packages']);
  const line = targets.split('\n').find((each) => /^Debian https?:/.test(each));
  if (!line) throw new Error('apt names no Debian mirror: run apt-get update, or set PILOTHOUSE_FLEET_MIRROR');
  return line.slice('Debian '.length);
}
