import { spawnSync } from 'node:child_process';

/** What the bench compares with, as Debian's packages, by the program that each is looked for by. */
const anchors = { ssh: 'openssh-client', sshd: 'openssh-server', clush: 'clustershell', ansible: 'ansible-core' };

const has = (program: string) => spawnSync('sh', ['-c', `PATH="$PATH:/usr/sbin" command -v "$1"`, 'sh', program]).status === 0;

/** Installs what is missing, where this is Debian and we are root; says what is not to be had. */
export function setUpAnchors(): { missing: string[] } {
  const missing = Object.entries(anchors).filter(([program]) => !has(program));
  if (missing.length > 0 && process.getuid?.() === 0 && has('apt-get')) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    console.error(`installing ${missing.map(([, name]) => name).join(', ')} …`);
    spawnSync('apt-get', ['update', '-qq'], { env, stdio: 'ignore' });
    spawnSync('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...missing.map(([, name]) => name)], { env, stdio: 'ignore' });
  }
  return { missing: Object.keys(anchors).filter((program) => !has(program)) };
}
