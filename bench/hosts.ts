import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RemoteTarget } from '../src/main/remote/remote.ts';
import { startTestSshd, type TestSshd } from '../src/main/remote/testSshd.ts';
import type { ServerId } from '../src/shared/model/ids.ts';

/** One sshd listens on 16 addresses at most; one of them is 127.0.0.1. */
const addressesEach = 15;

/** A host as a client knows it: an address of loopback at which a real sshd listens. */
export interface Host {
  address: string;
  target: RemoteTarget;
  sshd: TestSshd;
}

/** Many hosts on this computer, and one more for what is done with a single one. */
export interface Hosts {
  /** The sshd at 127.0.0.1. */
  sshd: TestSshd;
  sshds: readonly TestSshd[];
  all: readonly Host[];
  /** Options for OpenSSH's programs: a configuration that knows every host, alike for all of them. */
  sshOptions: readonly string[];
  /** The same with a master connection that stays, made by the first use. */
  masterOptions: readonly string[];
  stop(): Promise<void>;
}

/** Starts them. Every address belongs to this computer and needs no set-up on Linux. */
export async function startHosts(count: number): Promise<Hosts> {
  const addresses = Array.from({ length: count }, (_, index) => `127.0.${9 + Math.floor(index / 250)}.${(index % 250) + 1}`);
  const all: Host[] = [];
  const sshds: TestSshd[] = [];
  for (let from = 0; from < Math.max(1, count); from += addressesEach) {
    const own = addresses.slice(from, from + addressesEach);
    const sshd = await startTestSshd({ config: [...own.map((address) => `ListenAddress ${address}`), 'MaxStartups 1000', 'Subsystem sftp internal-sftp'] });
    sshds.push(sshd);
    for (const address of own) {
      const number = all.length;
      all.push({ address, sshd, target: sshd.target({ host: address, serverId: `srv_${number}` as ServerId, name: `host-${number}` }) });
    }
  }
  const [sshd] = sshds;
  if (sshd === undefined) throw new Error('no sshd');
  const configs = writeClientFiles(sshd, [{ address: '127.0.0.1', sshd }, ...all]);
  const stop = async () => {
    for (const each of sshds) await each.stop();
  };
  return { sshd, sshds, all, sshOptions: ['-F', configs.plain], masterOptions: ['-F', configs.master], stop };
}

/** Writes known_hosts, and two configurations of the client that know every host. */
function writeClientFiles(first: TestSshd, hosts: readonly Pick<Host, 'address' | 'sshd'>[]): { plain: string; master: string } {
  const known = join(first.directory, 'known_hosts');
  writeFileSync(known, hosts.map(({ address, sshd }) => `[${address}]:${sshd.port} ${sshd.hostKeyLine}\n`).join(''));
  const plain = join(first.directory, 'client_config');
  const master = join(first.directory, 'master_config');
  const sockets = join(first.directory, 'mux');
  mkdirSync(sockets, { mode: 0o700 });
  const blocks = hosts.map(({ address, sshd }) => `Host ${address}\n  Port ${sshd.port}\n  User ${sshd.user}\n  IdentityFile ${sshd.keyPath}\n`);
  const common = `Host *\n  UserKnownHostsFile ${known}\n  GlobalKnownHostsFile /dev/null\n  IdentitiesOnly yes\n  BatchMode yes\n  LogLevel ERROR\n`;
  writeFileSync(plain, [...blocks, common].join(''));
  writeFileSync(master, [...blocks, common, `  ControlMaster auto\n  ControlPath ${sockets}/%C\n  ControlPersist 120\n`].join(''));
  return { plain, master };
}
