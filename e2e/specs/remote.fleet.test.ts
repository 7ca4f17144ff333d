import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { RemoteTarget } from '../../src/main/remote/remote.ts';
import { openTestRemote, type TestRemote } from '../../src/main/remote/testRemote.ts';
import type { ServerId } from '../../src/shared/model/ids.ts';
import { ensureFleet, type FleetServer } from '../fleet/testFleet.ts';

describe('sudo, jobs under systemd, cuts and reboots on a real server', () => {
  let server: FleetServer;
  let remote: TestRemote;
  let root: RemoteTarget;
  const as = (id: string, differences: Partial<RemoteTarget>): RemoteTarget => ({ ...root, serverId: `srv_${id}` as ServerId, ...differences });
  const whoami = (target: RemoteTarget) =>
    remote.server(target).exec({ script: 'id -un; cat', stdin: new TextEncoder().encode('input'), sudo: true, timeoutMs: 20_000 });

  beforeAll(async () => {
    const fleet = await ensureFleet();
    server = await fleet.startServer({
      kind: 'full',
      name: 'remote-layer',
      users: [
        { name: 'asked', password: 'pass word', sudo: 'password' },
        { name: 'free', sudo: 'nopasswd' },
      ],
    });
    remote = openTestRemote([]);
    const { offered } = await remote.remote.scanHostKey({ name: 'x', host: server.host, port: server.port, jump: null });
    root = {
      serverId: 'srv_root' as ServerId,
      name: 'x',
      host: server.host,
      port: server.port,
      user: server.user,
      auth: { kind: 'key', path: server.keyFile, passphrase: async () => null },
      jump: null,
      sudo: 'nopasswd',
      sudoPassword: async () => null,
      hostKeys: [offered],
    };
  });
  afterAll(async () => {
    await remote?.remote.close();
    await server?.remove();
  });

  it('becomes root without a password and with one, and keeps the input of the script to itself', async () => {
    expect((await whoami(as('free', { user: 'free' }))).stdout).toBe('root\ninput');
    const asked = as('asked', { user: 'asked', sudo: 'password', sudoPassword: async () => 'pass word' });
    expect((await whoami(asked)).stdout).toBe('root\ninput');
    // sudo remembers: the second time it does not ask, and nothing may be typed into the script.
    expect((await whoami(asked)).stdout).toBe('root\ninput');
  });

  it('tells a wrong password, a needed one and no right to it apart', async () => {
    const wrong = as('wrong', { user: 'asked', sudo: 'password', sudoPassword: async () => 'nope' });
    await expect(whoami(wrong)).rejects.toMatchObject({ code: 'sudo.password-wrong' });
    const failures = await server.mustExec('journalctl -q -t sudo --no-pager 2>/dev/null | grep -c "incorrect password" || true');
    expect(Number(failures.trim())).toBe(1);
    await expect(whoami(as('needed', { user: 'asked' }))).rejects.toMatchObject({ code: 'sudo.unavailable' });
  });

  it('runs a job as a unit, hides its secret, survives a packet cut and returns the true exit code', async () => {
    const { jobs } = remote.server(root);
    const script = 'cat "$PH_SECRETS/token" | wc -c; for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo $i; sleep 2; done; exit 5';
    await jobs.start({ id: 'unit', script, secrets: { token: 'canary-token' }, sudo: true }, {});
    expect(await server.mustExec('systemctl list-units "pilothouse-job-*" --no-legend')).toContain('unit');
    // The bracket keeps the search itself out of what it finds.
    const found = await server.exec(
      'for f in /proc/[0-9]*/cmdline /proc/[0-9]*/environ; do if tr "\\0" " " < "$f" 2>/dev/null | grep -q "[c]anary-token"; then echo "$f: $(tr "\\0" " " < "$f")"; fi; done',
    );
    expect(found.stdout).toBe('');
    let output = '';
    const onOutput = (bytes: Uint8Array) => {
      output += Buffer.from(bytes).toString();
    };
    const following = jobs.follow('unit', { sudo: true, offset: 0, onOutput });
    await expect.poll(() => output, { timeout: 20_000 }).toContain('1\n');
    await server.cut();
    await remote.until(root.serverId, (state) => state.state === 'reconnecting');
    await server.uncut();
    expect(await following).toMatchObject({ kind: 'exited', exitCode: 5 });
    expect(output).toBe(`12\n${Array.from({ length: 12 }, (_, index) => `${index + 1}\n`).join('')}`);
    expect((await server.mustExec('grep -rl canary-token /var/lib/pilothouse /dev/shm /run 2>/dev/null || true')).trim()).toBe('');
  });

  it('recognises a power loss in the middle of a job', async () => {
    const { jobs } = remote.server(root);
    await jobs.start({ id: 'lost', script: 'echo begun; sleep 300', sudo: true }, {});
    const following = jobs.follow('lost', { sudo: true, offset: 0, onOutput: () => {} });
    await server.kill();
    await server.start();
    expect(await following).toMatchObject({ kind: 'lost', by: 'reboot' });
  });
});
