import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { chromium, type Page } from '@playwright/test';
import { chromiumLaunch } from '../../e2e/support/chromium.ts';
import { serve } from '../../src/main/hosts/headless/serve.ts';
import { serveBareXterm } from '../bareXterm.ts';
import type { Hosts } from '../hosts.ts';
import { median, quantile } from '../measure.ts';
import { type BenchCore, openCore, requestId } from '../openCore.ts';
import type { Row } from '../row.ts';

const root = join(import.meta.dirname, '..', '..');

/** Milliseconds until the rows of the page's terminal hold a word, as they are painted; from the next key press where `fromKey`. */
function painted(page: Page, word: string, fromKey: boolean): Promise<number> {
  return page.evaluate(
    async ({ word, fromKey }) => {
      let from = performance.now();
      if (fromKey) {
        document.addEventListener(
          'keydown',
          (event) => {
            if (event.key === 'c') from = event.timeStamp;
          },
          { capture: true },
        );
      }
      for (;;) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        if (document.querySelector('.xterm-rows')?.textContent?.includes(word)) return performance.now() - from;
      }
    },
    { word, fromKey },
  );
}

/** A terminal of ours in a page, at a prompt. */
async function openPane(core: BenchCore, page: Page, port: number) {
  const { client } = core;
  const { terminal } = await client.terminals.open({ requestId: requestId(), server: 'host-0', preset: 'shell', cols: 120, rows: 30 });
  await page.goto(`http://127.0.0.1:${port}/#/terminal/${terminal.id}`);
  await page.locator('.xterm-rows').waitFor();
  const type = (data: string) => client.terminals.write({ id: terminal.id, data });
  await type('PS1=; clear; echo REA""DY\r');
  await painted(page, 'READY', false);
  return { id: terminal.id, type };
}

/** How fast a pane in Chromium is filled from a server, and how soon Ctrl-C stops what fills it. */
export async function terminalRows(hosts: Hosts, rounds: number, megabytes: number): Promise<Row[]> {
  if (!existsSync(join(root, 'out', 'renderer', 'index.html'))) spawnSync('npm', ['run', 'build'], { cwd: root, stdio: 'inherit' });
  const core = await openCore(hosts, 1);
  const served = await serve({ directory: core.directory, port: 0 });
  const [host] = hosts.all;
  if (host === undefined) throw new Error('no host');
  const bare = await serveBareXterm((remote) => ['ssh', ...hosts.sshOptions, '-tt', host.address, remote]);
  const browser = await chromium.launch(chromiumLaunch);
  const context = await browser.newContext({ viewport: { width: 1000, height: 600 } });
  try {
    const [page, plain] = [await context.newPage(), await context.newPage()];
    await page.goto(served.link());
    await plain.goto(bare.url);
    await plain.waitForFunction(() => document.title === 'ready');
    const pane = await openPane(core, page, served.port);
    const times = { ours: [] as number[], theirs: [] as number[], interrupt: [] as number[] };
    const fill = (round: number) => `yes 0123456789abcdefghijklmnopqrstuvwxyz | head -c ${megabytes}M; echo D""ONE${round}`;
    for (let round = 0; round < rounds; round += 1) {
      await page.bringToFront();
      const ours = painted(page, `DONE${round}`, false);
      await pane.type(`${fill(round)}\r`);
      times.ours.push(await ours);
      await plain.bringToFront();
      const theirs = painted(plain, `DONE${round}`, false);
      bare.run(fill(round));
      times.theirs.push(await theirs);
      await page.bringToFront();
      await pane.type(`sh -c 'trap "echo INTER""RUPTED${round}" INT; yes'\r`);
      await page.waitForTimeout(1500);
      const stopped = painted(page, `INTERRUPTED${round}`, true);
      await page.locator('.xterm-helper-textarea').focus();
      await page.keyboard.press('Control+c');
      times.interrupt.push(await stopped);
    }
    await core.client.terminals.close({ requestId: requestId(), id: pane.id });
    const [ours, theirs] = [median(times.ours), median(times.theirs)].map((ms) => megabytes / (ms / 1000));
    const [rate = 0, anchor = 0] = [ours, theirs];
    const slowest = quantile(times.interrupt, 1);
    return [
      {
        ...{ id: 'terminal-throughput', what: 'terminal throughput, server to painted pane', anchor: '`ssh -tt` into xterm alone' },
        ...{ ours: `${rate.toFixed(1)} MB/s`, theirs: `${anchor.toFixed(1)} MB/s`, value: rate / anchor, target: { is: 'at least', value: 0.6, unit: '' } },
        about: `${megabytes} MB of lines, until the line after them is painted in Chromium; both in the same browser`,
      },
      {
        ...{ id: 'terminal-interrupt', what: 'Ctrl-C during `yes`, until the shell has said so on the screen', anchor: '–', theirs: '' },
        ...{ ours: `p50 ${median(times.interrupt).toFixed(0)} ms, slowest ${slowest.toFixed(0)} ms`, value: slowest },
        ...{ target: { is: 'at most', value: 200, unit: ' ms' }, about: 'from the browser’s key event to the painted word of the trap' },
      },
    ];
  } finally {
    await browser.close();
    bare.close();
    await served.close();
    await core.close();
  }
}
