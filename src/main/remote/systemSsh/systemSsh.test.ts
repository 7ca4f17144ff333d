import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { ServerId } from '../../../shared/model/ids.ts';
import type { RemoteTarget } from '../remote.ts';
import { AskAnswers } from './askAnswers.ts';
import { FrameReader, proxyFrame } from './muxMessages.ts';
import { runFiles, sshConfig } from './sshConfig.ts';
import { HostKeyRefused, sshFailure } from './sshErrors.ts';

const target = (differences: Partial<RemoteTarget> = {}): RemoteTarget => ({
  ...{ serverId: 'srv_1' as ServerId, name: 'one', host: 'one.test', port: 22, user: 'ops', jump: null },
  auth: { kind: 'key', path: '/keys/one', passphrase: async () => 'open sesame' },
  ...{ sudo: 'none', sudoPassword: async () => null, hostKeys: [] },
  ...differences,
});
const config = (differences: Partial<RemoteTarget>, tunnelled = false) =>
  sshConfig({ target: target(differences), files: runFiles('/tmp/ph-x'), purpose: 'login', agentSocket: null, tunnelled });

describe('sshConfig', () => {
  it('can only be made of what stays one value on one line', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '1', '.', '-', ' ', '\n', '"', '\\', '$', '{', '%', '#', '`', ';', '\r', '\0', '=') });
    fc.assert(
      fc.property(text, text, text, (host, user, path) => {
        try {
          const lines = config({ host, user, auth: { kind: 'key', path: `/${path}`, passphrase: async () => null } }).split('\n');
          const plain = config({}).split('\n');
          expect(lines.map((line) => line.trim().split(' ')[0])).toEqual(plain.map((line) => line.trim().split(' ')[0]));
        } catch (error) {
          expect(AppError.is(error, 'input.invalid')).toBe(true);
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('hands a proxy command over as it is, and nothing else for a tunnel', () => {
    expect(config({ systemSsh: { proxyCommand: 'nc -X 5 -x proxy:1080 %h %p' } })).toContain('  ProxyCommand nc -X 5 -x proxy:1080 %h %p\n');
    expect(config({ systemSsh: {} })).toContain('  ProxyCommand none\n');
    expect(config({ systemSsh: {} }, true)).toContain('  ProxyCommand cat </tmp/ph-x/from & exec cat >/tmp/ph-x/to\n');
    expect(config({ host: 'fe80::1%eth0' })).toContain('  HostName fe80::1%%eth0\n');
  });
});

describe('AskAnswers', () => {
  it('answers for this server and this key, once', async () => {
    const answers = new AskAnswers(target({ loginPassword: async () => 'second' }));
    expect(await answers.answer("Enter passphrase for key '/keys/other': ")).toBeNull();
    expect(await answers.answer("ops@gate.test's password: ")).toBeNull();
    expect(await answers.answer('Are you sure you want to continue connecting (yes/no/[fingerprint])? ')).toBeNull();
    expect(answers.problem).toBeNull();
    expect(await answers.answer("Enter passphrase for key '/keys/one': ")).toBe('open sesame');
    expect(await answers.answer('(ops@pilothouse-srv_1) Password: ')).toBe('second');
    expect(await answers.answer("ops@pilothouse-srv_1's password: ")).toBeNull();
    expect(answers.problem).toBeNull();
    expect(await answers.answer('(ops@pilothouse-srv_1) Verification code: ')).toBeNull();
    expect(answers.problem?.code).toBe('ssh.login-needs-person');
  });
});

describe('sshFailure', () => {
  const end = (log: string, proxySaid = '') => ({ log, proxySaid, missing: false, knownHosts: '' });
  const codeOf = (log: string, proxySaid?: string, differences: Partial<RemoteTarget> = {}) => {
    const failure = sshFailure(target(differences), end(log, proxySaid));
    return failure instanceof HostKeyRefused ? 'host key' : failure.code;
  };

  it('reads the words of OpenSSH 9.2', () => {
    expect(codeOf('ssh: connect to host one.test port 22: Connection refused')).toBe('ssh.connection-refused');
    expect(codeOf('ssh: Could not resolve hostname one.test: Name or service not known')).toBe('ssh.host-not-found');
    expect(codeOf('ssh: connect to host one.test port 22: Connection timed out')).toBe('ssh.connect-timeout');
    expect(codeOf('Connection timed out during banner exchange\nConnection to 1.2.3.4 port 22 timed out')).toBe('ssh.connect-timeout');
    expect(codeOf('ssh: connect to host one.test port 22: No route to host')).toBe('ssh.network-unreachable');
    expect(codeOf('Host key verification failed.')).toBe('host key');
    expect(codeOf('ops@1.2.3.4: Permission denied (publickey).')).toBe('ssh.auth-key-refused');
    expect(codeOf('ops@1.2.3.4: Permission denied (publickey).', '', { auth: { kind: 'password', password: async () => '' } })).toBe(
      'ssh.auth-password-refused',
    );
    expect(codeOf('kex_exchange_identification: read: Connection reset by peer')).toBe('ssh.closed-before-login');
    expect(codeOf('Unable to negotiate with 1.2.3.4 port 22: no matching key exchange method found. Their offer: x')).toBe('ssh.handshake-failed');
    expect(codeOf('Load key "/keys/one": invalid format\nops@1.2.3.4: Permission denied (publickey).')).toBe('ssh.key-unreadable');
    expect(codeOf('')).toBe('ssh.closed-before-login');
  });

  it('does not take what a proxy command says of itself for what the server says', () => {
    const proxied = { systemSsh: { proxyCommand: 'ssh -W %h:%p gate' } };
    const closed = 'Connection closed by UNKNOWN port 65535';
    expect(codeOf(closed, 'ops@gate: Permission denied (publickey).', proxied)).toBe('ssh.handshake-failed');
    expect(codeOf(closed, 'channel 0: open failed: connect failed: Connection refused', proxied)).toBe('ssh.connection-refused');
    expect(codeOf('ops@1.2.3.4: Permission denied (publickey).', 'Warning: Permanently added gate', proxied)).toBe('ssh.auth-key-refused');
  });
});

describe('FrameReader', () => {
  it('gives frames back however the bytes are cut', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 400 }), { maxLength: 20 }),
        fc.array(fc.integer({ min: 1, max: 300 }), { minLength: 1 }),
        (payloads, cuts) => {
          const bytes = Buffer.concat(payloads.map(proxyFrame));
          const reader = new FrameReader();
          const frames: Buffer[] = [];
          for (let at = 0, turn = 0; at < bytes.length; turn += 1) {
            const size = cuts[turn % cuts.length] ?? 1;
            frames.push(...reader.take(bytes.subarray(at, at + size)).map((frame) => Buffer.from(frame)));
            at += size;
          }
          expect(frames.map((frame) => [...frame.subarray(1)])).toEqual(payloads.map((payload) => [...payload]));
        },
      ),
    );
    expect(() => new FrameReader().take(Buffer.from([0xff, 0, 0, 0]))).toThrow(RangeError);
  });
});
