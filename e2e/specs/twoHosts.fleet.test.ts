import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import type { CoreClient } from '../../src/main/transport/coreClient.ts';
import { ensureFleet, type FleetServer } from '../fleet/testFleet.ts';
import { addTrusted } from '../support/addTrusted.ts';
import { Pilothouse } from '../support/pilothouse.ts';

/** Enters the browser host as a browser does: the link once, the cookie from then on. */
async function openBrowserClient(link: string): Promise<{ client: CoreClient; close(): void }> {
  const entered = await fetch(link, { redirect: 'manual' });
  const cookie = (entered.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
  const origin = new URL(link).origin;
  const socket = new WebSocket(`${origin.replace('http', 'ws')}/rpc`, { headers: { cookie, origin } });
  await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
  return { client: createORPCClient<CoreClient>(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })), close: () => socket.close() };
}

describe('a command while the browser host is open on the same directory', () => {
  const pilothouse = new Pilothouse();
  let server: FleetServer;
  let link: string;

  beforeAll(async () => {
    const fleet = await ensureFleet();
    server = await fleet.startServer({ kind: 'light', name: 'two-hosts' });
    link = await openLink();
    await addTrusted(pilothouse, 'a', server);
  });
  afterAll(async () => {
    await pilothouse.dispose();
    await server?.remove();
  });

  it('works, on the one core that the browser host runs', async () => {
    const { client, close } = await openBrowserClient(link);
    const hello = await client.system.hello({});
    expect(hello.pid).toBe(pilothouse.corePid());
    expect((await client.servers.list({})).servers.map(({ name }) => name)).toEqual(
      (await pilothouse.json(['servers', 'list'])).servers.map(({ name }: { name: string }) => name),
    );
    close();
  });

  it('lets the browser see the command line at work, live', async () => {
    const browser = await openBrowserClient(await openLink());
    const leave = new AbortController();
    const stream = await browser.client.operations.watch({}, { signal: leave.signal });
    const states: string[] = [];
    const seen = (async () => {
      for await (const frame of stream) {
        if (frame.type === 'open') continue;
        for (const operation of frame.type === 'snapshot' ? frame.items : frame.upsert) {
          if (operation.title.includes('from-the-command-line')) states.push(operation.state);
          if (states.includes('running') && states.includes('succeeded')) return;
        }
      }
    })();
    await pilothouse.json(['exec', 'a', '--', 'sh', '-c', 'sleep 1; echo from-the-command-line']);
    await seen;
    expect(states.at(-1)).toBe('succeeded');
    leave.abort();
    browser.close();
  });

  it('lets the command line follow what the browser started', async () => {
    const browser = await openBrowserClient(await openLink());
    const { operation } = await browser.client.exec.start({
      requestId: `from-browser-${Date.now()}` as never,
      selector: 'a',
      command: ['sh', '-c', 'echo one; until [ -e /tmp/go-on ]; do sleep 0.1; done; echo two'],
    });
    const open = (await pilothouse.json(['operations', 'list', '--open'])).operations;
    expect(open.map(({ id }: { id: string }) => id)).toContain(operation.id);
    const [followed] = await Promise.all([pilothouse.run(['operations', 'follow', operation.id]), server.mustExec('touch /tmp/go-on')]);
    expect(followed.exitCode).toBe(0);
    expect(followed.stdout).toBe('one\ntwo\n');
    browser.close();
  });

  /** A link of its own for each browser: it lets one in. A second `serve` on the same directory attaches to the core that is there. */
  async function openLink(): Promise<string> {
    return (await pilothouse.announced(['serve'])).url;
  }
});
