import { describe, expect, it } from 'vitest';
import { AppError } from '../../../shared/errors.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import type { Server } from '../../../shared/model/server.ts';
import type { RemoteServer } from '../../remote/remote.ts';
import { FakePty } from './fakePty.ts';
import { createTerminalsService } from './terminalsService.ts';

function start() {
  const ptys: FakePty[] = [];
  const scripts: (string | undefined)[] = [];
  const remote = {
    pty: async (request: { script?: string }) => {
      scripts.push(request.script);
      if (request.script === undefined && ptys.length === 99) throw new AppError('ssh.connection-lost', { server: 'a' });
      const pty = new FakePty();
      ptys.push(pty);
      return pty;
    },
  } as unknown as RemoteServer;
  const service = createTerminalsService({ serverByName: (name) => ({ name }) as Server, remote: () => remote, nowMs: () => 5 });
  const open = (requestId: string, preset: 'shell' | 'gpu' = 'shell') =>
    service.open({ requestId: requestId as RequestId, server: 'a', preset, cols: 80, rows: 24 });
  return { service, ptys, scripts, open };
}

const code = (run: () => unknown) => {
  try {
    run();
  } catch (error) {
    return error instanceof AppError ? error.code : error;
  }
  return 'nothing thrown';
};

describe('terminalsService', () => {
  it('opens one shell for one request, however often it is asked', async () => {
    const { open, ptys, service } = start();
    const [one, two] = await Promise.all([open('request-1'), open('request-1')]);
    expect(one.id).toBe(two.id);
    expect(ptys).toHaveLength(1);
    expect(service.list()).toHaveLength(1);
  });

  it('runs the GPU watch in place of the shell', async () => {
    const { open, scripts } = start();
    await open('request-1', 'gpu');
    expect(scripts[0]).toContain('nvidia-smi -l');
  });

  it('passes keystrokes on, and refuses them after the end', async () => {
    const { open, ptys, service } = start();
    const { id } = await open('request-1');
    service.write(id, 'ls\r');
    expect(ptys[0]?.written).toEqual(['ls\r']);
    ptys[0]?.end('exited', 0);
    expect(service.list()[0]?.state).toBe('closed');
    expect(code(() => service.write(id, 'x'))).toBe('terminal.closed');
  });

  it('knows no terminal that was closed', async () => {
    const { open, ptys, service } = start();
    const { id } = await open('request-1');
    service.close(id);
    expect(ptys[0]?.closed).toBe(true);
    expect(code(() => service.session(id))).toBe('terminal.not-found');
  });

  it('keeps only the last few ended terminals', async () => {
    const { open, ptys, service } = start();
    for (let i = 0; i < 30; i += 1) {
      await open(`request-${i}`);
      ptys[i]?.end('exited', 0);
    }
    expect(service.list().length).toBe(20);
  });
});
