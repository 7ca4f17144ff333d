import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import type { PersonAnswer } from '../../../shared/model/question.ts';
import type { Database } from '../../database/database.ts';
import { openDatabase } from '../../database/openDatabase.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import type { Operations } from '../../operations/operations.ts';
import { readAttestation, requestCode, statementMark } from './approvalRules.ts';
import { type ApprovalsService, createApprovalsService } from './approvalsService.ts';
import { createIdentityService, type IdentityService, signingKeyName } from './identityService.ts';

interface Laptop {
  identity: IdentityService;
  approvals: ApprovalsService;
  database: Database;
  secrets: Map<string, string>;
  answers: PersonAnswer[];
}

let directory: ReturnType<typeof testDirectory>;
let open: Database[];
let nowMs: number;
const request = () => randomUUID() as RequestId;
const statement = 'Restart vLLM on gpu-1\noperation op_1, step consent, server gpu-1 (10.0.0.1:22)\ndefinition d\nstarted by Ada';

function laptop(name: string, asked: string[] = [statement]): Laptop {
  const database = openDatabase({ directory: join(directory.path, name) });
  open.push(database);
  const secrets = new Map<string, string>();
  const answers: PersonAnswer[] = [];
  const store = { get: async (key: string) => secrets.get(key) ?? null, set: async (key: string, value: string) => void secrets.set(key, value) };
  const identity = createIdentityService({ database, secrets: store, who: () => name, nowMs: () => nowMs });
  const cells = asked.map((text, index) => ({
    stepId: 'consent',
    serverId: `srv_${index}`,
    state: 'waiting',
    question: { kind: 'approval', statement: text },
  }));
  const operation = { id: 'op_1', who: name, state: 'waiting', cells } as unknown as Operation;
  const operations = {
    get: () => operation,
    answer: async (_id: OperationId, _servers: readonly ServerId[], _step: string, answer: PersonAnswer) => {
      answers.push(answer);
      return operation;
    },
  } as unknown as Operations;
  return { identity, approvals: createApprovalsService({ identity, operations, nowMs: () => nowMs }), database, secrets, answers };
}

async function knows(one: Laptop, other: Laptop, name: string) {
  const { publicKey, fingerprint } = await other.identity.open();
  return one.identity.add({ requestId: request(), name, publicKey, fingerprint });
}

beforeEach(() => {
  directory = testDirectory();
  open = [];
  nowMs = 1_000_000;
});
afterEach(() => {
  for (const database of open) database.close();
  directory[Symbol.dispose]();
});

describe('the signing key', () => {
  it('is made once, sealed, and shown as ssh-keygen shows it', async () => {
    const ada = laptop('Ada');
    const { fingerprint, publicKey } = await ada.identity.open();
    expect(await ada.identity.open()).toMatchObject({ fingerprint, name: 'Ada' });
    expect(ada.secrets.get(signingKeyName)).toContain('PRIVATE KEY');
    const file = join(directory.path, 'key.pub');
    writeFileSync(file, `${publicKey}\n`);
    expect(execFileSync('ssh-keygen', ['-l', '-f', file], { encoding: 'utf8' })).toBe(`256 ${fingerprint} Ada (ED25519)\n`);
  });

  it('is the same in the next life, and a signature of the one before is known in it', async () => {
    const ada = laptop('Ada');
    const { fingerprint } = await ada.identity.open();
    const signed = ada.identity.sign('text');
    const store = { get: async (key: string) => ada.secrets.get(key) ?? null, set: async () => {} };
    const later = createIdentityService({ database: ada.database, secrets: store, who: () => 'Ada L', nowMs: () => nowMs });
    expect(later.sign('text')).toBeNull();
    expect(await later.open()).toMatchObject({ fingerprint, name: 'Ada L' });
    expect(later.check({ key: fingerprint, text: 'text', signature: signed?.signature ?? '', atMs: 1 })).toBe('good');
    expect(later.check({ key: fingerprint, text: 'texts', signature: signed?.signature ?? '', atMs: 1 })).toBe('bad');
  });
});

describe('people', () => {
  it('are known by a key whose fingerprint was compared, each key and each name once', async () => {
    const [ada, grace, eve] = [laptop('Ada'), laptop('Grace'), laptop('Eve')];
    const { publicKey, fingerprint } = await grace.identity.open();
    expect(ada.identity.look(publicKey)).toEqual({ fingerprint, name: 'Grace' });
    const other = await eve.identity.open();
    const add = (name: string, key: string, print: string) => ada.identity.add({ requestId: request(), name, publicKey: key, fingerprint: print });
    expect(() => add('Grace', publicKey, other.fingerprint)).toThrow(expect.objectContaining({ code: 'input.invalid' }));
    expect(add('Grace', publicKey, fingerprint)).toMatchObject({ name: 'Grace', self: false, revokedAtMs: null });
    expect(() => add('Grace', other.publicKey, other.fingerprint)).toThrow(expect.objectContaining({ code: 'identity.person-exists' }));
    expect(() => add('G2', publicKey, fingerprint)).toThrow(expect.objectContaining({ code: 'identity.person-exists' }));
  });

  it.each([
    ['', 'begins with'],
    ['ssh-rsa AAAAB3NzaC1yc2E=', 'begins with "ssh-rsa"'],
    ['ssh-ed25519 AAAA', 'not whole'],
    ['-----BEGIN OPENSSH PRIVATE KEY-----', 'private key'],
  ])('are not known by %j', (line, reason) => {
    expect(() => laptop('Ada').identity.look(line)).toThrow(
      expect.objectContaining({ code: 'identity.key-unusable', data: { reason: expect.stringContaining(reason) } }),
    );
  });

  it('sign nothing new once their key is revoked; what was signed before stays theirs', async () => {
    const [ada, grace] = [laptop('Ada'), laptop('Grace')];
    const { fingerprint: key } = await knows(ada, grace, 'Grace');
    const signature = grace.identity.sign('x')?.signature ?? '';
    nowMs = 5_000_000;
    expect(ada.identity.revoke({ requestId: request(), name: 'Grace' }).revokedAtMs).toBe(5_000_000);
    expect(ada.identity.check({ key, text: 'x', signature, atMs: 4_999_999 })).toBe('good');
    expect(ada.identity.check({ key, text: 'x', signature, atMs: 5_000_000 })).toBe('revoked-key');
    expect(() => ada.identity.revoke({ requestId: request(), name: 'Grace' })).toThrow(expect.objectContaining({ code: 'identity.person-not-found' }));
  });
});

describe('an approval', () => {
  const give = (at: Laptop, attestation: string) => at.approvals.give({ requestId: request(), id: 'op_1' as OperationId, stepId: 'consent', attestation });
  const refused = (because: string) =>
    expect.objectContaining({ code: 'workflow.approval-invalid', data: expect.objectContaining({ because: expect.stringContaining(because) }) });
  const code = async (from: Laptop) => (await from.approvals.request('op_1' as OperationId, 'consent')).code;

  it('goes from one laptop to the other and back as text, and answers in the name under which its key is known', async () => {
    const [ada, grace] = [laptop('Ada'), laptop('Grace')];
    await knows(ada, grace, 'Grace Hopper');
    const carried = await code(ada);
    expect(grace.approvals.read(carried)).toMatchObject({ statements: [statement], startedBy: { name: 'Ada' }, own: false });
    const { attestation, expiresAtMs } = await grace.approvals.sign({ code: `${carried.slice(0, 40)}\n  ${carried.slice(40)}\n`, hours: 2 });
    expect(expiresAtMs).toBe(nowMs + 7_200_000);
    expect(await give(ada, attestation)).toMatchObject({ by: 'Grace Hopper', servers: ['srv_0'] });
    expect(ada.answers).toEqual([{ value: 'approved', attestation, who: 'Grace Hopper', atMs: nowMs }]);
    expect(ada.approvals.check(statement, attestation)).toMatchObject({ name: 'Grace Hopper' });
  });

  it('covers all servers that ask with one signature', async () => {
    const statements = ['one', 'two', 'three'];
    const [ada, grace] = [laptop('Ada', statements), laptop('Grace')];
    await knows(ada, grace, 'Grace');
    const { attestation } = await grace.approvals.sign({ code: await code(ada), hours: 1 });
    expect((await give(ada, attestation)).servers).toEqual(['srv_0', 'srv_1', 'srv_2']);
    expect(readAttestation(attestation).statements).toEqual(statements.map(statementMark));
  });

  it('is no approval by who started the run: neither signed there nor taken there', async () => {
    const ada = laptop('Ada');
    const { fingerprint } = await ada.identity.open();
    await expect(ada.approvals.sign({ code: await code(ada), hours: 1 })).rejects.toThrow(refused('another person'));
    const disguised = requestCode({ statements: [statement], startedBy: { name: 'Bob', fingerprint: `SHA256:${'A'.repeat(43)}` } });
    const { attestation } = await ada.approvals.sign({ code: disguised, hours: 1 });
    expect(readAttestation(attestation).key).toBe(fingerprint);
    await expect(give(ada, attestation)).rejects.toThrow(refused('the computer that started the run'));
    expect(ada.answers).toEqual([]);
  });

  it('does not count by a stranger, by a revoked key, after its time, for anything else, or changed on the way', async () => {
    const [ada, grace] = [laptop('Ada'), laptop('Grace')];
    const { attestation } = await grace.approvals.sign({ code: await code(ada), hours: 1 });
    await expect(give(ada, attestation)).rejects.toThrow(refused('nobody is known here'));
    await knows(ada, grace, 'Grace');
    expect(() => ada.approvals.check(statement.replace('gpu-1 (', 'gpu-2 ('), attestation)).toThrow(refused('something else'));
    expect(() => ada.approvals.check(statement.replace('definition d', 'definition e'), attestation)).toThrow(refused('something else'));
    const read = readAttestation(attestation);
    const forged = `ph-approval-1.${Buffer.from(JSON.stringify({ ...read, expiresAtMs: read.expiresAtMs + 1 })).toString('base64url')}`;
    await expect(give(ada, forged)).rejects.toThrow(refused('changed on the way'));
    await expect(give(ada, attestation.slice(0, -20))).rejects.toThrow(expect.objectContaining({ code: 'approval.unusable' }));
    await expect(give(ada, 'hello')).rejects.toThrow(expect.objectContaining({ code: 'approval.unusable' }));
    nowMs += 3_600_000;
    await expect(give(ada, attestation)).rejects.toThrow(refused('it held until'));
    nowMs -= 1;
    expect(ada.approvals.check(statement, attestation)).toMatchObject({ name: 'Grace' });
    ada.identity.revoke({ requestId: request(), name: 'Grace' });
    await expect(give(ada, attestation)).rejects.toThrow(refused('revoked'));
    expect(ada.answers).toEqual([]);
  });

  it('is only asked for where a cell waits for one', async () => {
    await expect(laptop('Ada', []).approvals.request('op_1' as OperationId, 'consent')).rejects.toThrow(
      expect.objectContaining({ code: 'operation.wrong-state' }),
    );
  });
});
