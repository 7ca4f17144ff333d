import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RequestId, ServerId } from '../../../shared/model/ids.ts';
import type { ConnectionDetails, HostKey, Server } from '../../../shared/model/server.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { type AccessPorts, createAccessService } from './accessService.ts';
import { LoginSessions } from './loginSessions.ts';

const key = (letter: string): HostKey => ({ type: 'ssh-ed25519', fingerprint: `SHA256:${letter.repeat(43)}` });
const connection = { lane: 'person', user: 'ada' } as ConnectionDetails;
const questions = { server: 'gate', user: 'ada', title: '', instructions: '', prompts: [{ text: 'Code: ', echo: false }] };

describe('a login with a person there', () => {
  it('hands questions out and answers in, and ends with the connection', async () => {
    const sessions = new LoginSessions();
    const got: string[] = [];
    const events = sessions.run(async (ask, signal) => {
      for (const round of [1, 2]) got.push(`${round} ${(await ask(questions, signal)).join()}`);
      return connection;
    }, undefined);
    const seen: string[] = [];
    for await (const event of events) {
      seen.push(event.kind);
      if (event.kind === 'questions') {
        sessions.answer('another', ['wrong']);
        sessions.answer(event.questionId, [`answer ${seen.length}`]);
        sessions.answer(event.questionId, ['too late']);
      }
    }
    expect([seen, got]).toEqual([
      ['questions', 'questions', 'connected'],
      ['1 answer 1', '2 answer 2'],
    ]);
  });

  it('ends the login when nobody answers, when the reader leaves, and with what it failed with', async () => {
    const sessions = new LoginSessions();
    const asking = (signal?: AbortSignal) => {
      const ended = Promise.withResolvers<unknown>();
      const events = sessions.run((ask, ends) => {
        const work = ask(questions, ends).then(() => connection);
        work.catch(ended.resolve);
        return work;
      }, signal);
      return { events, ended: ended.promise };
    };
    const refused = asking();
    const { value } = await refused.events.next();
    if (value?.kind === 'questions') sessions.answer(value.questionId, null);
    await expect(refused.events.next()).rejects.toMatchObject({ code: 'ssh.login-needs-person', data: { server: 'gate' } });
    const left = asking();
    await left.events.next();
    await left.events.return();
    expect(await left.ended).toMatchObject({ code: 'ssh.login-needs-person' });
    const abort = new AbortController();
    const aborted = asking(abort.signal);
    await aborted.events.next();
    abort.abort();
    expect(await aborted.events.next()).toMatchObject({ done: true });
    expect(await aborted.ended).toMatchObject({ code: 'ssh.login-needs-person' });
    const failed = sessions.run(async () => {
      throw new AppError('ssh.password-missing', { server: 'gate' });
    }, undefined);
    await expect(failed.next()).rejects.toMatchObject({ code: 'ssh.password-missing' });
  });
});

describe('host keys that a server tells', () => {
  const server = { id: 'srv_a' as ServerId, name: 'gpu-1', host: 'gpu-1.test', port: 22, hostKeys: [key('a'), { ...key('c'), authority: true }] } as Server;
  const request = { requestId: 'r' as RequestId, name: 'gpu-1' };
  function service() {
    const rotations: Parameters<AccessPorts['rotate']>[0][] = [];
    const access = createAccessService({
      byName: () => server,
      remote: { server: () => ({ connections: () => [connection] }) as unknown as RemoteServer, state: () => ({ state: 'connected', error: null }) },
      rotate: (rotation) => {
        rotations.push(rotation);
        return server;
      },
      nowMs: () => 7,
    });
    return { access, rotations };
  }

  it('are news against the pins; authorities are neither new nor gone', () => {
    const { access } = service();
    expect(access.hostKeys('gpu-1')).toEqual({ pinned: server.hostKeys, told: null, fresh: [], gone: [] });
    access.told(server.id, [key('a'), key('b')]);
    expect(access.hostKeys('gpu-1')).toMatchObject({ told: { atMs: 7 }, fresh: [key('b')], gone: [] });
    access.told(server.id, [key('b')]);
    expect(access.hostKeys('gpu-1')).toMatchObject({ fresh: [key('b')], gone: [key('a')] });
    access.told(server.id, []);
    expect(access.hostKeys('gpu-1')).toMatchObject({ fresh: [key('b')] });
  });

  it('are taken on only if the server proved them', () => {
    const { access, rotations } = service();
    expect(() => access.rotate({ ...request, add: [key('b').fingerprint], remove: [] })).toThrow(expect.objectContaining({ code: 'ssh.host-key-unknown' }));
    access.told(server.id, [key('b')]);
    access.rotate({ ...request, add: [key('b').fingerprint], remove: [key('a').fingerprint] });
    expect(rotations).toEqual([{ ...request, add: [key('b')], remove: [key('a').fingerprint] }]);
    expect(() => access.rotate({ ...request, add: [key('x').fingerprint], remove: [] })).toThrow(AppError);
  });

  it('goes with the connections that are open', () => {
    expect(service().access.connection('gpu-1')).toEqual({ state: 'connected', error: null, connections: [connection] });
  });
});
