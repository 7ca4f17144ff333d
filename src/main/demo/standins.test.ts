// biome-ignore-all lint/suspicious/noTemplateCurlyInString: this is how dpkg-query names its fields
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { findHostTool } from './hostTools.ts';
import { personaFiles } from './personaFiles.ts';
import { personas } from './personas.ts';
import { resourcesDirectory } from './testFleet.ts';

const standins = join(resourcesDirectory, 'demo/bin');
const scripts = [
  ...readdirSync(standins).map((name) => join(standins, name)),
  ...readdirSync(join(resourcesDirectory, 'demo/world')).map((name) => join(resourcesDirectory, 'demo/world', name)),
];

const base = mkdtempSync(join(tmpdir(), 'standins-'));
const root = join(base, 'root');
for (const file of personaFiles(personas(1)[0] ?? expect.fail(), 'ssh-ed25519 AAAA', { host: '', sudo: true })) {
  if ('link' in file) continue;
  mkdirSync(join(root, file.path, '..'), { recursive: true });
  writeFileSync(join(root, file.path), file.text);
}
for (const directory of ['tools', 'bin', 'machine']) mkdirSync(join(base, directory));
for (const name of ['truncate', 'stat', 'dd', 'realpath', 'install']) symlinkSync(findHostTool(name) ?? expect.fail(name), join(base, 'tools', name));
writeFileSync(join(base, 'machine/swaps'), 'Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n');
for (const name of readdirSync(standins)) symlinkSync(join(standins, name), join(base, 'bin', name));
symlinkSync(join(standins, 'swapon'), join(base, 'bin/swapoff'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

/** Runs a script with the stand-ins over a server's files, without a server; gives its output and exit code. */
function run(script: string, user = 'root'): { code: number; text: string } {
  try {
    const text = execFileSync('sh', ['-c', `exec 2>&1; ${script}`], {
      encoding: 'utf8',
      env: {
        PATH: `${join(base, 'bin')}:/usr/bin:/bin`,
        DEMO_ROOT: root,
        DEMO_TOOLS: join(base, 'tools'),
        DEMO_MACHINE: join(base, 'machine'),
        DEMO_STANDINS: base,
        DEMO_USER: user,
        HOME: base,
        R: root,
      },
    });
    return { code: 0, text };
  } catch (error) {
    const { status, stdout } = error as { status: number; stdout: string };
    return { code: status, text: stdout };
  }
}

describe('stand-ins', () => {
  it('pass shellcheck as POSIX sh', () => {
    expect(execFileSync('shellcheck', ['-s', 'sh', '-S', 'warning', ...scripts], { encoding: 'utf8' })).toBe('');
    for (const name of readdirSync(standins)) expect(readFileSync(join(standins, name), 'utf8')).toMatch(/^#!\/bin\/sh\n/);
  });

  it('know logins by the account files', () => {
    expect(run('id', 'ops').text).toBe('uid=1000(ops) gid=1000(ops) groups=1000(ops),27(sudo),998(docker)\n');
    expect(run('id -u; id -un; id -Gn; id -g ops', 'root').text).toBe('0\nroot\nroot\n1000\n');
    expect(run('id nobody2')).toEqual({ code: 1, text: "id: 'nobody2': no such user\n" });
    expect(run('getent passwd ops').text).toBe('ops:x:1000:1000:Operator:/home/ops:/bin/sh\n');
    expect(run('getent passwd none').code).toBe(2);
    expect(run('getent shadow root', 'ops').code).toBe(2);
  });

  it('add, change and remove logins', () => {
    expect(run("useradd -m -s /bin/bash -c Operator -p '*' pilot; usermod -aG docker,sudo pilot; id pilot").text).toBe(
      'uid=1001(pilot) gid=1001(pilot) groups=1001(pilot),27(sudo),998(docker)\n',
    );
    expect(run('useradd pilot')).toEqual({ code: 9, text: "useradd: user 'pilot' already exists\n" });
    expect(run('passwd -l pilot; getent shadow pilot').text).toMatch(/^pilot:!\*:/);
    expect(run('passwd -u pilot; usermod -s /bin/sh pilot; getent passwd pilot; getent shadow pilot').text).toMatch(/\/home\/pilot:\/bin\/sh\npilot:\*:/);
    expect(run('usermod -aG nosuch pilot')).toEqual({ code: 6, text: "usermod: group 'nosuch' does not exist\n" });
    expect(run('useradd x', 'ops').code).toBe(1);
    expect(run('stat -c "%U %a" "$R/home/pilot"').text).toBe('pilot 750\n');
    expect(run('chown pilot:pilot "$R/home/pilot" && chown nosuch "$R/home/pilot"')).toEqual({ code: 1, text: "chown: invalid user: 'nosuch'\n" });
    expect(run('userdel -r pilot; getent passwd pilot').code).toBe(2);
    expect(run('ls "$R/home"').text).toBe('ops\n');
  });

  it('give root by the rules only', () => {
    expect(run('sudo -n id -un; sudo -n -u ops id -un; sudo -n env X=1 sh -c \'echo "$X $SUDO_USER $HOME"\'', 'ops').text).toBe(
      `root\nops\n1 ops ${root}/root\n`,
    );
    expect(run('useradd -m guest').code).toBe(0);
    expect(run('sudo -n true', 'guest')).toEqual({ code: 1, text: 'sudo: a password is required\n' });
    expect(run('usermod -aG sudo guest').code).toBe(0);
    expect(run('sudo -n true', 'guest')).toEqual({ code: 1, text: 'sudo: a password is required\n' });
    expect(run('echo "guest ALL=(ALL:ALL) NOPASSWD: ALL" >"$R/etc/sudoers.d/guest" && visudo -c').code).toBe(0);
    expect(run('sudo -n id -u', 'guest').text).toBe('0\n');
    expect(run('echo "guest may do all" >"$R/draft"; visudo -cf "$R/draft"')).toMatchObject({ code: 1, text: expect.stringMatching(/:1:1: syntax error/) });
  });

  it('install packages with their commands and units', () => {
    expect(run('apt-get install nosuchpackage')).toEqual({ code: 100, text: expect.stringContaining('E: Unable to locate package nosuchpackage\n') });
    expect(run("dpkg-query -W -f '${db:Status-Status}' fail2ban").code).toBe(1);
    expect(run('apt-cache policy fail2ban').text).toBe('fail2ban:\n  Installed: (none)\n  Candidate: 1.0.2-2\n');
    expect(run('apt-get -y -q -o X=1 install fail2ban').text).toContain('1 newly installed');
    expect(run("dpkg-query -W -f '${db:Status-Status}' fail2ban").text).toBe('installed');
    expect(run('systemctl is-active fail2ban; systemctl is-enabled fail2ban').text).toBe('active\nenabled\n');
    expect(run('apt-get install fail2ban', 'ops').code).toBe(100);
    expect(run('dpkg --compare-versions 2.10 gt 2.9 && dpkg --compare-versions 1.0 lt 1.1 && echo yes').text).toBe('yes\n');
  });

  it('keep units', () => {
    expect(run('systemctl stop chrony; systemctl is-active chrony')).toEqual({ code: 3, text: 'inactive\n' });
    expect(run('timedatectl show -p NTPSynchronized --value').text).toBe('no\n');
    expect(run('systemctl restart chrony; timedatectl show -p NTPSynchronized --value').text).toBe('yes\n');
    expect(run('systemctl show -p ActiveState,LoadState docker').text).toBe('ActiveState=active\nLoadState=loaded\n');
    expect(run('systemctl start nosuch')).toEqual({ code: 5, text: 'Failed to start nosuch.service: Unit nosuch.service not found.\n' });
    expect(run('systemctl stop chrony', 'ops').code).toBe(4);
  });

  it('keep swap, of files that hold nothing', () => {
    expect(run('fallocate -l 4096M "$R/swap"; mkswap "$R/swap" && swapon /swap && swapon --show --noheadings --bytes').text).toContain(
      '/swap file 4294963200 0 -2\n',
    );
    expect(run('du -k "$R/swap" | cut -f1').text.trim().length).toBeLessThan(4);
    expect(run('swapoff /swap; swapon --show').text).toBe('');
    expect(run('echo x >"$R/noswap"; swapon /noswap').code).toBe(255);
    expect(run('dd if=/dev/zero of="$R/zeros" bs=1M count=3000; stat -c %s "$R/zeros"').text).toMatch(/3145728000\n$/);
  });
});
