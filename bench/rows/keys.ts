import { setTimeout as delay } from 'node:timers/promises';
import xtermHeadless from '@xterm/headless';
import type { TerminalId } from '../../src/shared/model/ids.ts';
import type { Hosts } from '../hosts.ts';
import { median, quantile } from '../measure.ts';
import { type BenchCore, openCore, requestId } from '../openCore.ts';
import type { Row } from '../row.ts';

/** A terminal as a window holds it: keys go to the core, bytes come back and are acknowledged once xterm has taken them. */
async function openPane({ client }: BenchCore, onWritten: (text: string) => void) {
  const size = { cols: 120, rows: 30 };
  const { terminal } = await client.terminals.open({ requestId: requestId(), server: 'host-0', preset: 'shell', ...size });
  const xterm = new xtermHeadless.Terminal({ ...size, allowProposedApi: true, scrollback: 1000 });
  const leave = new AbortController();
  const stream = await client.terminals.attach({ id: terminal.id }, { signal: leave.signal });
  const following = (async () => {
    let streamId: Awaited<ReturnType<typeof client.system.ack>> | string = '';
    for await (const frame of stream) {
      if (frame.type === 'open') streamId = frame.streamId;
      if (frame.type !== 'bytes') continue;
      const bytes = Buffer.from(frame.data, 'base64');
      xterm.write(bytes, () => {
        client.system.ack({ streamId: streamId as never, cost: frame.cost }).catch(() => undefined);
        onWritten(bytes.toString());
      });
    }
  })().catch(() => undefined);
  return {
    id: terminal.id as TerminalId,
    type: (data: string) => client.terminals.write({ id: terminal.id, data }),
    close: async () => {
      leave.abort();
      await following;
      await client.terminals.close({ requestId: requestId(), id: terminal.id });
    },
  };
}

/** Milliseconds from a key to the moment in which xterm has its echo. */
async function echoes(core: BenchCore, count: number): Promise<number[]> {
  let arrived: (text: string) => void = () => undefined;
  const pane = await openPane(core, (text) => arrived(text));
  const until = (wanted: string) =>
    new Promise<void>((resolve) => {
      let seen = '';
      arrived = (text) => {
        seen += text;
        if (seen.includes(wanted)) resolve();
      };
    });
  // The shell's own line editor would answer with more than the key.
  const ready = until('READY');
  await pane.type('PS1=; exec cat\n');
  await pane.type('RE""ADY READY\n');
  await ready;
  await delay(200);
  const times: number[] = [];
  for (let number = 0; number < count; number += 1) {
    const key = String.fromCharCode(97 + (number % 26));
    const echo = until(key);
    const from = performance.now();
    void pane.type(key);
    await echo;
    times.push(performance.now() - from);
    await delay(8);
  }
  await pane.close();
  return times;
}

/** How long a key takes to its echo, alone and beside a pane that prints without end. */
export async function keyRows(hosts: Hosts, count: number): Promise<Row[]> {
  const core = await openCore(hosts, 1);
  try {
    const quiet = await echoes(core, count);
    let lines = 0;
    const noisy = await openPane(core, (text) => {
      lines += text.split('\n').length - 1;
    });
    await noisy.type(`i=0; while :; do seq -f 'line %g of a log that goes on and on and on and on' 1 500; sleep 0.05; done\n`);
    await delay(1000);
    const before = { lines, at: performance.now() };
    const beside = await echoes(core, count);
    const rate = (lines - before.lines) / ((performance.now() - before.at) / 1000);
    await noisy.type('\u0003');
    await noisy.close();
    const row = (id: string, what: string, figures: readonly number[], about: string): Row => {
      const p99 = quantile(figures, 0.99);
      return {
        ...{ id, what, anchor: '–', ours: `p50 ${median(figures).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`, theirs: '', value: p99 },
        ...{ target: { is: 'at most', value: 25, unit: ' ms' }, about },
      };
    };
    const how =
      'from the call that sends the key to xterm’s write callback, through core, SSH and a pty; without the browser’s own event, which adds a frame at most';
    return [
      row('keys', 'key → xterm’s write callback on loopback', quiet, how),
      row('keys-busy', 'the same beside a pane that prints', beside, `the other pane took ${Math.round(rate).toLocaleString('en')} lines a second`),
    ];
  } finally {
    await core.close();
  }
}
