import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../shared/errors.ts';
import type { ServerId } from '../../shared/model/ids.ts';
import type { RemoteTarget } from './remote.ts';
import { personWho } from './testQuestions.ts';
import type { TestRemote } from './testRemote.ts';
import type { TestSshServer } from './testSshServer.ts';
import { inProcess, open, sshd } from './testWorld.ts';

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.catch((e: unknown) => e);
  if (!(error instanceof AppError)) throw error instanceof Error ? error : new Error('it worked');
  return error;
}
const run = (test: TestRemote, target: RemoteTarget) => test.server(target).exec({ script: 'echo in', timeoutMs: 20_000 });
const interactive = (password: string | null = null): RemoteTarget['auth'] => ({ kind: 'interactive', password: async () => password });
const methods = (of: TestSshServer) => of.logins.map(({ method }) => method);

describe('a login that asks a person', () => {
  it('fails at once, without a packet, while nobody is there', async () => {
    const one = await inProcess({ code: '123456' });
    const target = one.target({ auth: interactive() });
    const error = await failure(run(open([target]), target));
    expect([error.code, error.data]).toEqual(['ssh.login-needs-person', expect.objectContaining({ server: target.name, user: 'ada' })]);
    expect(one.attempts()).toBe(0);
  });

  it('puts the server’s questions to the person, and lets everything use that one connection', async () => {
    const one = await inProcess({ code: '123456' });
    const target = one.target({ auth: interactive() });
    const test = open([target]);
    const person = personWho(['123456']);
    const details = await test.server(target).login(person);
    expect(person.asked).toEqual([
      { server: target.name, user: 'ada', title: 'Two-factor', instructions: 'Use your device.', prompts: [{ text: 'Verification code: ', echo: false }] },
    ]);
    expect(details.login).toEqual([{ method: 'questions', key: null }]);
    for (const lane of ['control', 'bulk', 'interactive'] as const) {
      expect((await test.server(target).exec({ script: 'echo in', lane, timeoutMs: 20_000 })).stdout).toBe('in\n');
    }
    expect([one.attempts(), test.server(target).connections().length]).toEqual([1, 1]);
    one.drop();
    await test.until(target.serverId, ({ state }) => state !== 'connected');
    expect((await failure(run(test, target))).code).toBe('ssh.login-needs-person');
    expect(one.attempts()).toBe(1);
  });

  it('answers the question for the password itself, and asks only for the code', async () => {
    const one = await inProcess({ password: 'right', code: '42' });
    const target = one.target({ auth: interactive('right') });
    const person = personWho(['42']);
    await open([target]).server(target).login(person);
    expect(person.asked.map(({ prompts }) => prompts.map(({ text }) => text))).toEqual([['Verification code: ']]);
    // A record with a password that meets a server which wants more says so, and sends nothing wrong.
    const byPassword = one.target({ serverId: 'srv_password' as ServerId });
    const error = await failure(run(open([byPassword]), byPassword));
    expect([error.code, error.data]).toEqual(['ssh.login-needs-person', expect.objectContaining({ asks: 'Verification code' })]);
  });

  it('sends a wrong code once, and does not guess when the person walks away', async () => {
    const one = await inProcess({ code: '123456' });
    const target = one.target({ auth: interactive() });
    const test = open([target]);
    expect((await failure(test.server(target).login(personWho(['000000'])))).code).toBe('ssh.auth-answers-refused');
    expect(methods(one)).toEqual(['none', 'keyboard-interactive']);
    await expect(test.server(target).login(personWho())).rejects.toThrow('nobody answers');
    await test.server(target).login(personWho(['123456']));
    expect((await run(test, target)).stdout).toBe('in\n');
  });

  it('goes on from a key to a password and to questions where the server wants both', async () => {
    for (const [second, person, login] of [
      ['code', personWho(['7']), ['publickey', 'questions']],
      ['password', personWho(), ['publickey', 'password']],
    ] as const) {
      const key = (await sshd()).keyPath;
      const one = await inProcess({ keyFirst: `${key}.pub`, ...(second === 'code' ? { code: '7' } : { password: 'right' }) });
      const auth = { kind: 'key', path: key, passphrase: async () => null } as const;
      const target = one.target({ auth, loginPassword: async () => 'right' });
      const test = open([target]);
      expect((await test.server(target).login(person)).login.map(({ method }) => method)).toEqual(login);
      expect((await run(test, target)).stdout).toBe('in\n');
      const alone = one.target({ auth, serverId: 'srv_alone' as ServerId });
      expect((await failure(run(open([alone]), alone))).code).toBe(second === 'code' ? 'ssh.login-needs-person' : 'ssh.password-missing');
    }
  });

  it('asks at a server on the way too, and says which asks', async () => {
    const gate = await inProcess({ code: '1' });
    const inner = await sshd();
    const jump = gate.target({ serverId: 'srv_gate' as ServerId, name: 'gate', auth: interactive() });
    const target = inner.target({ jump });
    const test = open([target, jump]);
    const error = await failure(run(test, target));
    expect(error.data).toMatchObject({ server: 'gate' });
    const person = personWho(['1']);
    expect((await test.server(target).login(person)).via).toEqual(['gate']);
    expect(person.asked.map(({ server: name }) => name)).toEqual(['gate']);
    expect((await run(test, target)).stdout).toBe('in\n');
    expect(gate.attempts()).toBe(1);
  });

  it('keeps passphrase, password and code out of everything that is said', async () => {
    const canaries = ['canary-passphrase', 'canary-password', 'canary-code'];
    const [passphrase, password, code] = canaries;
    const place = await sshd();
    const path = join(place.directory, 'locked');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', passphrase ?? '', '-f', path]);
    const one = await inProcess({ keyFirst: `${path}.pub`, code: code ?? '' });
    const target = one.target({ auth: { kind: 'key', path, passphrase: async () => passphrase ?? null }, loginPassword: async () => password ?? null });
    const test = open([target]);
    const wrong = await failure(test.server(target).login(personWho(['canary-code-wrong'])));
    const details = await test.server(target).login(personWho([code ?? '']));
    const said = JSON.stringify([test.events, test.states, details, wrong.code, wrong.data, wrong.message, wrong.stack, String(wrong.cause)]);
    expect(said).toContain(target.name);
    for (const canary of canaries) expect(said).not.toContain(canary);
  });
});

describe('several keys', () => {
  it('are tried in the order of the record, each once, and what was used is told', async () => {
    const place = await sshd();
    const auth = { kind: 'key', path: place.strangerKeyPath, others: ['/no/such/key', place.keyPath], passphrase: async () => null } as const;
    const target = place.target({ auth });
    const test = open([target]);
    expect((await run(test, target)).stdout).toBe('in\n');
    expect(test.server(target).connections()).toMatchObject([
      { lane: 'control', user: place.user, via: [], hostKey: place.hostKey, authority: null, login: [{ method: 'publickey', key: { path: place.keyPath } }] },
    ]);
    expect(test.server(target).connections()[0]?.serverVersion).toMatch(/^OpenSSH_/);
    const none = place.target({ auth: { ...auth, others: ['/no/such/key'] }, serverId: 'srv_none' as ServerId });
    expect((await failure(run(open([none]), none))).code).toBe('ssh.auth-key-refused');
  });
});
