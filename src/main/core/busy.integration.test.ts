import { expect, onTestFinished, test } from 'vitest';
import type { RequestId } from '../../shared/model/ids.ts';
import { startTestSshServer } from '../remote/testSshServer.ts';
import { startTestCore } from './testCore.ts';

const request = (name: string) => `request-busy-${name}` as RequestId;

test('a core goes on without anybody while it holds a connection that a person logged in for', async () => {
  const server = await startTestSshServer({ code: '123456' });
  onTestFinished(server.stop);
  const core = await startTestCore();
  onTestFinished(core.close);
  const { host, port, user } = server.target();
  const { client } = core;
  const login = { name: 'gate', host, port, user, auth: { kind: 'interactive' as const }, jump: null };
  const fields = { ...login, environment: 'staging' as const, tags: [], groups: [], sudo: 'none' as const };
  await client.servers.add({ requestId: request('add'), fields });
  await client.servers.trust({ requestId: request('trust'), name: 'gate', fingerprint: server.hostKey.fingerprint });
  for await (const event of await client.access.login({ name: 'gate' })) {
    if (event.kind === 'questions') await client.access.answer({ questionId: event.questionId, answers: ['123456'] });
  }
  // Neither what a new server is asked for nor whoever asked keeps it.
  await expect.poll(async () => (await client.operations.list({ open: true, limit: 1 })).operations.length, { timeout: 20_000 }).toBe(0);
  core.leave();
  await expect.poll(() => core.clients(), { timeout: 20_000 }).toBe(0);
  expect(core.busy()).toBe(true);
  server.drop();
  await expect.poll(() => core.busy(), { timeout: 20_000 }).toBe(false);
  await core.join();
});
