import { existsSync, lstatSync, readFileSync } from 'node:fs';
import type { Persona } from './personas.ts';

/** A file or link of a demo server's root as its persona begins. */
export type PersonaFile = { path: string; text: string | Buffer; mode?: number } | { path: string; link: string };

/** Packages that every Debian-like server has, with plausible versions. */
const basePackages = [
  'apt 2.6.1',
  'bash 5.2.15-2+b8',
  'ca-certificates 20230311',
  'coreutils 9.1-1',
  'curl 7.88.1-10+deb12u12',
  'openssh-server 1:9.2p1-2+deb12u6',
].concat([
  'sudo 1.9.13p3-1+deb12u2',
  'systemd 252.36-1~deb12u1',
  'util-linux 2.38.1-5+deb12u3',
  'wget 1.21.3-1+deb12u1',
  'iproute2 6.1.0-3',
  'passwd 1:4.13+dfsg1-1',
]);

const provisionedPackages = ['docker-ce 5:28.3.2-1', 'docker-ce-cli 5:28.3.2-1', 'containerd.io 1.7.27-1', 'docker-buildx-plugin 0.25.0-1'].concat([
  'docker-compose-plugin 2.38.2-1',
  'chrony 4.3-2+deb12u1',
  'gnupg 2.2.40-1.1',
]);

/** Active units of a fresh server; a provisioned one has Docker and chrony too. */
const baseUnits = ['ssh.service', 'cron.service', 'systemd-journald.service', 'systemd-logind.service', 'dbus.service'];

const motd = (persona: Persona): string =>
  `\n  ${persona.name} is a demo server: a real shell over real SSH in a directory of its own on this computer.\n  Its hardware, Docker and system tools are stand-ins. Nothing typed here reaches the computer itself.\n\n`;

const profile = `# Shells of people.
case \${DEMO_USER:-root} in root) mark='#' ;; *) mark='$' ;; esac
if [ -n "\${BASH_VERSION-}" ]; then place='\\w'; else place=''; fi
PS1="\${DEMO_USER:-root}@\${DEMO_NAME:-demo}:$place$mark "
alias ls='ls --color=auto' ll='ls -l'
`;

/**
 * All files that make a persona: os-release, accounts, sudo rules, packages, units, disks. `authorizedKey`: who may log in. `host`: how
 * this machine's root is named in there; `sudo`: whether the operator gets root. */
export function personaFiles(persona: Persona, authorizedKey: string, world: { host: string; sudo: boolean }): PersonaFile[] {
  const { os, name } = persona;
  const provisioned = persona.state === 'provisioned';
  const ubuntu = os.id === 'ubuntu';
  const files: PersonaFile[] = [
    {
      path: 'etc/os-release',
      text: [
        `PRETTY_NAME="${os.prettyName}"`,
        `NAME="${ubuntu ? 'Ubuntu' : 'Debian GNU/Linux'}"`,
        `VERSION_ID="${os.versionId}"`,
        `VERSION="${os.versionId} (${os.codename})"`,
        `VERSION_CODENAME=${os.codename}`,
        `ID=${os.id}`,
        ...(ubuntu ? ['ID_LIKE=debian', `UBUNTU_CODENAME=${os.codename}`] : []),
        `HOME_URL="https://www.${ubuntu ? 'ubuntu.com' : 'debian.org'}/"`,
        '',
      ].join('\n'),
    },
    { path: 'etc/debian_version', text: `${os.versionId}\n` },
    { path: 'etc/hostname', text: `${name}\n` },
    { path: 'etc/hosts', text: `127.0.0.1 localhost\n127.0.1.1 ${name}\n::1 localhost ip6-localhost\n` },
    { path: 'etc/passwd', text: passwd(provisioned) },
    { path: 'etc/group', text: group(provisioned, world.sudo) },
    { path: 'etc/shadow', text: `root:*:19700:0:99999:7:::\n${provisioned ? 'ops:!:19700:0:99999:7:::\n' : ''}`, mode: 0o600 },
    { path: 'etc/sudoers', text: 'Defaults env_reset\nroot ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) ALL\n@includedir /etc/sudoers.d\n', mode: 0o440 },
    { path: 'etc/sudoers.d/README', text: '# Files here are read by sudo.\n', mode: 0o440 },
    { path: 'etc/fstab', text: `/dev/nvme0n1p2 / ext4 defaults 0 1\n${provisioned ? '/swapfile none swap sw 0 0\n' : ''}` },
    { path: 'etc/timezone', text: 'Etc/UTC\n' },
    { path: 'etc/localtime', link: '/usr/share/zoneinfo/Etc/UTC' },
    { path: 'etc/shells', text: '/bin/sh\n/bin/bash\n/usr/bin/sh\n/usr/bin/bash\n' },
    { path: 'etc/nsswitch.conf', text: 'passwd: files\ngroup: files\nhosts: files dns\n' },
    { path: 'etc/login.defs', text: 'UID_MIN 1000\nUID_MAX 60000\n' },
    { path: 'etc/motd', text: motd(persona) },
    { path: 'etc/profile', text: profile },
    { path: 'etc/apt/sources.list', text: `deb http://${ubuntu ? 'archive.ubuntu.com/ubuntu' : 'deb.debian.org/debian'} ${os.codename} main\n` },
    { path: 'etc/apt/sources.list.d/README', text: '' },
    { path: 'etc/apt/apt.conf.d/01autoremove', text: 'APT::NeverAutoRemove {};\n' },
    { path: 'etc/apt/keyrings/README', text: '' },
    { path: 'usr/share', link: `${world.host}/usr/share` },
    { path: 'usr/lib', link: `${world.host}/usr/lib` },
    { path: 'var/lib/demo/packages', text: `${[...basePackages, ...(provisioned ? provisionedPackages : [])].join('\n')}\n` },
    { path: 'var/lib/demo/upgradable', text: provisioned ? '' : 'openssl\nlibssl3\nlinux-image-amd64\ntzdata\n' },
    { path: 'var/lib/demo/virtualization', text: persona.cpu.model.includes('EPYC 7543') ? 'none\n' : 'kvm\n' },
    { path: 'var/lib/demo/cores', text: `${persona.cpu.cores}\n` },
    { path: 'var/lib/demo/cpu', text: `${persona.cpu.model}\n` },
    { path: 'root/.profile', text: '' },
    { path: 'root/.ssh/authorized_keys', text: `${authorizedKey}\n`, mode: 0o600 },
    { path: 'sys/block/nvme0n1/size', text: `${persona.diskGib * 2_097_152}\n` },
    { path: 'sys/block/nvme0n1/queue/rotational', text: '0\n' },
    { path: 'sys/block/nvme0n1/device/model', text: 'SAMSUNG MZQL21T9HCJR-00A07\n' },
    { path: 'sys/class/dmi/id/sys_vendor', text: 'Demo\n' },
    { path: 'sys/class/dmi/id/product_name', text: 'stand-in on this computer\n' },
    // Empty, so that this machine's own are never read in their place.
    ...['product_version', 'board_vendor', 'board_name', 'chassis_asset_tag'].map((key) => ({ path: `sys/class/dmi/id/${key}`, text: '' })),
    { path: 'sys/class/net/ens5/device', text: '' },
    { path: 'sys/class/net/ens5/operstate', text: 'up\n' },
    { path: 'sys/class/net/ens5/speed', text: '25000\n' },
    { path: 'proc/mdstat', text: 'Personalities :\nunused devices: <none>\n' },
    {
      path: 'proc/driver/nvidia/version',
      text: persona.gpu === null ? '' : `NVRM version: NVIDIA UNIX x86_64 Kernel Module  ${persona.gpu.driver}  Release Build\n`,
    },
  ];
  const units = [...baseUnits, ...(provisioned ? ['docker.service', 'containerd.service', 'chrony.service'] : [])];
  for (const unit of units) files.push({ path: `var/lib/demo/units/${unit}`, text: 'enabled active\n' });
  if (provisioned) {
    if (world.sudo) files.push({ path: 'etc/sudoers.d/ops', text: 'ops ALL=(ALL) NOPASSWD:ALL\n', mode: 0o440 });
    files.push(
      { path: 'home/ops/.profile', text: '' },
      { path: 'home/ops/.ssh/authorized_keys', text: `${authorizedKey}\n`, mode: 0o600 },
      { path: 'swapfile', text: '', mode: 0o600 },
      { path: 'etc/apt/sources.list.d/docker.list', text: `deb [arch=amd64] https://download.docker.com/linux/${os.id} ${os.codename} stable\n` },
    );
  }
  // The loader's cache of this machine's libraries: theirs are the only libraries there are. Without it the usual folders are searched.
  for (const path of ['etc/ld.so.cache', 'etc/ld.so.conf']) {
    if (existsSync(`/${path}`)) files.push({ path, text: readFileSync(`/${path}`) });
  }
  for (const directory of ['lib', 'lib64', 'lib32']) {
    const own = lstatSync(`/${directory}`, { throwIfNoEntry: false });
    if (own) files.push({ path: directory, link: `${world.host}/${own.isSymbolicLink() ? 'usr/' : ''}${directory}` });
    if (directory !== 'lib' && existsSync(`/usr/${directory}`)) files.push({ path: `usr/${directory}`, link: `${world.host}/usr/${directory}` });
  }
  return files;
}

function passwd(withOps: boolean): string {
  const accounts = ['root:x:0:0:root:/root:/bin/sh', 'daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin', 'www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin'];
  accounts.push('nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin', 'sshd:x:104:65534::/run/sshd:/usr/sbin/nologin');
  if (withOps) accounts.push('ops:x:1000:1000:Operator:/home/ops:/bin/sh');
  return `${accounts.join('\n')}\n`;
}

function group(withOps: boolean, withSudo: boolean): string {
  const member = withOps && withSudo ? 'ops' : '';
  const groups = ['root:x:0:', 'daemon:x:1:', 'adm:x:4:', `sudo:x:27:${member}`, 'www-data:x:33:', 'users:x:100:', 'nogroup:x:65534:'];
  if (withOps) groups.push('docker:x:998:ops', 'ops:x:1000:');
  return `${groups.join('\n')}\n`;
}
