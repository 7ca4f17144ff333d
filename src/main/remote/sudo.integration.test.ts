import { afterEach, describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { RemoteServer, RemoteTarget } from './remote.ts';
import { openTestRemote } from './testRemote.ts';
import { startTestSshd } from './testSshd.ts';
import { standInSudo } from './testSudo.ts';

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function server(behaviour: Parameters<typeof standInSudo>[0], differences: Partial<RemoteTarget>): Promise<RemoteServer> {
  const sshd = await startTestSshd({ programs: standInSudo(behaviour) });
  const test = openTestRemote([sshd.target(differences)]);
  cleanups.push(sshd.stop, () => test.remote.close());
  return test.server(sshd.target(differences));
}
const asRoot = { script: 'id -u; printf "%s|" "$VALUE"; cat; echo err >&2; exit 4', env: { VALUE: "it's" }, sudo: true, timeoutMs: 30_000 };
const stdin = new TextEncoder().encode('first line\nsecond\n');
const told = { exitCode: 4, signal: null, stdout: "0\nit's|first line\nsecond\n", stderr: 'err\n' };
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((e: unknown) => e);
  return error instanceof AppError ? error.code : String(error);
}

// The stand-in's `id` needs a login that is root in truth, so that the tests can show what becomes of "0".
describe.skipIf(process.getuid?.() !== 0)('becoming root (stand-in sudo; needs root)', () => {
  it('works without a password, and keeps sudo’s own words out of stderr', async () => {
    expect(await (await server({}, { sudo: 'nopasswd' })).exec({ ...asRoot, stdin })).toEqual(told);
  });

  it('sends the password once, when and only when it is asked for', async () => {
    let fetched = 0;
    const password = async () => {
      fetched += 1;
      return 'open sesame';
    };
    const asked = await server({ password: 'open sesame' }, { sudo: 'password', sudoPassword: password });
    expect(await asked.exec({ ...asRoot, stdin })).toEqual(told);
    expect(fetched).toBe(1);
    const cached = await server({ password: 'open sesame', cached: true }, { sudo: 'password', sudoPassword: password });
    expect(await cached.exec({ ...asRoot, stdin })).toEqual(told);
    expect(fetched).toBe(1);
  });

  it('never tries a wrong password twice, and another one at once', async () => {
    let password = 'wrong';
    const one = await server({ password: 'right' }, { sudo: 'password', sudoPassword: async () => password });
    // Long enough for anything that would come after it on the same connection.
    const tries = async () => (await one.exec({ script: 'sleep 0.5; wc -l <"$HOME/sudo-tries"', timeoutMs: 20_000 })).stdout.trim();
    expect(await codeOf(one.exec(asRoot))).toBe('sudo.password-wrong');
    expect(await tries()).toBe('1');
    expect(await codeOf(one.exec(asRoot))).toBe('sudo.password-wrong');
    expect(await tries()).toBe('1');
    password = 'right';
    expect(await one.exec({ ...asRoot, stdin })).toEqual(told);
    expect(await tries()).toBe('2');
  });

  it('tells a missing password, a login that may not and one that has no way apart', async () => {
    expect(await codeOf((await server({ password: 'x' }, { sudo: 'password' })).exec(asRoot))).toBe('sudo.password-missing');
    expect(await codeOf((await server({ password: 'x' }, { sudo: 'nopasswd' })).exec(asRoot))).toBe('sudo.unavailable');
    expect(await codeOf((await server({ refuses: true }, { sudo: 'password' })).exec(asRoot))).toBe('sudo.unavailable');
    expect(await codeOf((await server({}, { sudo: 'none' })).exec(asRoot))).toBe('sudo.unavailable');
  });

  it('says that sudo wants a terminal, and does not take that for a wrong password', async () => {
    for (const differences of [{ sudo: 'nopasswd' }, { sudo: 'password', sudoPassword: async () => 'x' }] as const) {
      expect(await codeOf((await server({ wantsTerminal: true }, differences)).exec(asRoot))).toBe('sudo.needs-terminal');
    }
  });

  it('ends what runs as root when it is aborted', async () => {
    const one = await server({}, { sudo: 'nopasswd' });
    const abort = new AbortController();
    const script = `trap 'rm -f "$MARK"; exit 0' TERM\necho on; while :; do sleep 0.1; done`;
    const env = { MARK: '/tmp/ph-sudo-mark' };
    await one.exec({ script: ': >"$MARK"', env, timeoutMs: 20_000 });
    const running = one.exec({ script, env, sudo: true, timeoutMs: 60_000, signal: abort.signal, onOutput: () => abort.abort(new Error('enough')) });
    await expect(running).rejects.toThrow('enough');
    const waited = await one.exec({ script: 'while [ -e "$MARK" ]; do sleep 0.05; done', env, timeoutMs: 20_000 });
    expect(waited.exitCode).toBe(0);
  });

  it('runs jobs as root too', async () => {
    const { jobs } = await server({ password: 'pw' }, { sudo: 'password', sudoPassword: async () => 'pw' });
    await jobs.start({ id: 'root', script: 'id -u', sudo: true }, {});
    let out = '';
    const end = await jobs.follow('root', {
      sudo: true,
      offset: 0,
      onOutput: (bytes) => {
        out += new TextDecoder().decode(bytes);
      },
    });
    expect([end.kind, out]).toEqual(['exited', '0\n']);
  });

  it('proves logins on a connection of their own', async () => {
    const one = await server({ password: 'pw' }, { sudo: 'password', sudoPassword: async () => 'pw' });
    expect(await one.proveLogin()).toMatchObject({ user: 'root', root: true });
    expect(await one.proveLogin({ sudo: 'none' })).toMatchObject({ root: false });
    expect(await one.proveLogin({ sudo: 'nopasswd' })).toMatchObject({ root: false });
    const stranger = { kind: 'key', path: '/no/such/key', passphrase: async () => null } as const;
    expect(await codeOf(one.proveLogin({ auth: stranger }))).toBe('ssh.key-unreadable');
  });
});
