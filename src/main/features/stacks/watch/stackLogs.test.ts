import { expect, test } from 'vitest';
import { AppError } from '../../../../shared/errors.ts';
import type { ExecRequest, ExecResult, RemoteServer } from '../../../remote/remote.ts';
import { openStackLogs, type StackLogSource } from './stackLogs.ts';

const request = { stackId: 'demo', services: [], tail: 10, follow: true };
const stamp = (second: number) => `2025-11-20T10:00:0${second}.000000000Z`;
const ended: ExecResult = { exitCode: 0, signal: null, stdout: '', stderr: '' };

/** A server whose connections are scripted: what each delivers, in pieces, and how it ends. */
function remote(connections: { pieces: string[]; end: ExecResult | AppError | 'stays' }[]) {
  const asked: ExecRequest[] = [];
  const server = {
    stateDirectory: async () => ({ path: '/s', sudo: false }),
    async exec(given: ExecRequest) {
      asked.push(given);
      const connection = connections[asked.length - 1] ?? { pieces: [], end: 'stays' as const };
      for (const piece of connection.pieces) await given.onOutput?.('stdout', new TextEncoder().encode(piece));
      if (connection.end instanceof AppError) throw connection.end;
      if (connection.end !== 'stays') return connection.end;
      given.signal?.throwIfAborted();
      return new Promise<ExecResult>((_resolve, reject) => given.signal?.addEventListener('abort', () => reject(given.signal?.reason), { once: true }));
    },
  } as unknown as RemoteServer;
  return { server, asked };
}

async function readUntil(source: StackLogSource, enough: (texts: string[], ended: string | null) => boolean) {
  const texts: string[] = [];
  let position = -1;
  for (;;) {
    // Asked for before reading: an append between the two would be missed.
    const appended = new Promise<void>((resolve) => source.onAppend(resolve));
    const page = await source.read(position, 100);
    texts.push(...page.items.map((item) => `${item.serverName} ${item.service} ${item.text}`));
    position = page.items.at(-1)?.seq ?? position;
    if (enough(texts, page.ended)) return { texts, ended: page.ended };
    if (page.items.length === 0) await appended;
  }
}

test('lines that arrive in pieces are put together, and the log ends with the last', async () => {
  const { server, asked } = remote([{ pieces: [`web-1  | ${stamp(1)} he`, `llo\nweb-1  | ${stamp(2)} wor`, 'ld\n'], end: ended }]);
  const source = openStackLogs([{ serverName: 'gpu-1', remote: server }], { ...request, follow: false }, new AbortController().signal);
  expect(await readUntil(source, (_texts, end) => end !== null)).toEqual({ texts: ['gpu-1 web hello', 'gpu-1 web world'], ended: 'all lines were read' });
  expect(asked[0]?.env).toMatchObject({ PH_PROJECT: 'ph-demo', PH_TAIL: '10', PH_SINCE: '', PH_FOLLOW: '0' });
});

test('a lost connection is taken up where it broke: no line twice, none missing, the half line whole', async () => {
  const reading = new AbortController();
  const { server, asked } = remote([
    { pieces: [`web-1  | ${stamp(1)} one\nweb-1  | ${stamp(2)} two\nweb-1  | ${stamp(3)} thr`], end: new AppError('ssh.connection-lost', { server: 'gpu-1' }) },
    { pieces: [`web-1  | ${stamp(2)} two\nweb-1  | ${stamp(3)} three\n`], end: 'stays' },
  ]);
  const source = openStackLogs([{ serverName: 'gpu-1', remote: server }], request, reading.signal);
  const { texts } = await readUntil(source, (all) => all.length === 3);
  expect(texts).toEqual(['gpu-1 web one', 'gpu-1 web two', 'gpu-1 web three']);
  expect(asked[1]?.env).toMatchObject({ PH_SINCE: stamp(2), PH_TAIL: 'all' });
  reading.abort();
  expect((await readUntil(source, (_texts, end) => end !== null)).ended).toBe('cancelled');
});

test('a failure ends the log with its code', async () => {
  const { server } = remote([{ pieces: [], end: { ...ended, exitCode: 1 } }]);
  const source = openStackLogs([{ serverName: 'gpu-1', remote: server }], request, new AbortController().signal);
  expect((await readUntil(source, (_texts, end) => end !== null)).ended).toBe('remote.command-failed');
});
