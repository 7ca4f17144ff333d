import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { expect, type Page, test } from '@playwright/test';
import { startTestSshd } from '../../src/main/remote/testSshd.ts';
import { cliPath, Pilothouse } from '../support/pilothouse.ts';
import { installTypingProbe, percentile, readProbe } from '../support/typingProbe.ts';

const mebibyte = 1024 * 1024;
/** `TERMINAL_MB=500` is the whole of it: each of its 262 million lines scrolls the pane, which takes many minutes. */
const megabytes = Number(process.env['TERMINAL_MB'] ?? 4);
/** The line discipline prints `y\r\n` for the `y\n` of `yes`. */
const shownBytes = megabytes * mebibyte * 1.5;
/** Of 240 keys the 99th percentile would be the third slowest: one hiccup of a small machine. */
const keys = Math.min(1_000, 15 * megabytes);

test.use({ viewport: { width: 1440, height: 900 } });

const rssMb = (pid: number) => Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024;
const pane = (page: Page, number: number) => page.locator('[data-pane]').nth(number);
const ms = (value: number) => `${value.toFixed(1)} ms`;

async function command(page: Page, number: number, line: string): Promise<void> {
  await pane(page, number).locator('textarea').focus();
  await page.keyboard.type(line);
  await page.keyboard.press('Enter');
}

/**
 * Types letters into the focused pane, each a moment after the last has come back, at twenty a second or so: faster than anyone types, and
 * yet not while the last one is still being painted. One that came together with other output is not counted.
 */
async function typeLetters(page: Page, count: number): Promise<void> {
  for (let index = 0; index < count; index += 1) {
    await page.keyboard.press('x');
    await page.evaluate(async () => {
      const { probe } = window as unknown as { probe: { pressedMs: number | null } };
      const until = performance.now() + 10_000;
      while (probe.pressedMs !== null && performance.now() < until) await new Promise((resolve) => setTimeout(resolve, 10));
      probe.pressedMs = null;
    });
    await page.waitForTimeout(20);
  }
}

test('a flood in one pane: nothing is lost, memory is bounded, another pane answers, Ctrl-C acts', async ({ page }) => {
  test.setTimeout(420_000 + megabytes * 5_000);
  const sshd = await startTestSshd();
  const pilothouse = new Pilothouse();
  const core = spawn(process.execPath, [join(dirname(cliPath), 'headless.js')], {
    env: { ...process.env, PILOTHOUSE_DATA: pilothouse.directory },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(core, 'exit');
  try {
    const [link] = (await Promise.race([once(createInterface(core.stdout), 'line'), ended.then(() => Promise.reject(new Error('the core ended')))])) as [
      string,
    ];
    const { host, port, user, keyPath, hostKey } = sshd;
    await pilothouse.json(['servers', 'add', 'local', '--host', host, '--port', String(port), '--user', user, '--key', keyPath], 4);
    await pilothouse.json(['servers', 'trust', 'local', '--fingerprint', hostKey.fingerprint]);
    await installTypingProbe(page);
    await page.goto(link);
    await page.goto(`${new URL(link).origin}/#/servers/local/overview`);
    await page.getByRole('button', { name: 'Shell', exact: true }).click();
    await expect(pane(page, 0).locator('.xterm-rows')).toContainText(/[$#] /);
    await page.keyboard.press('Alt+Shift+Equal');
    await expect(pane(page, 1).locator('.xterm-rows')).toContainText(/[$#] /);
    await command(page, 1, 'cat > /dev/null');
    // The first keys find code that was never run.
    await typeLetters(page, 20);
    await readProbe(page);
    await typeLetters(page, Math.min(100, keys));
    const quiet = await readProbe(page);

    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Performance.enable');
    const heapMb = async () => {
      const { metrics } = await devtools.send('Performance.getMetrics');
      return (metrics.find((metric) => metric.name === 'JSHeapUsedSize')?.value ?? 0) / mebibyte;
    };
    const pid = core.pid ?? 0;
    const before = { heap: await heapMb(), rss: rssMb(pid), bytes: (await readProbe(page)).bytes };
    const most = { heap: 0, rss: 0 };

    await command(page, 0, `yes | head -c ${megabytes}M; echo all"-"there`);
    const beganMs = performance.now();
    await pane(page, 1).locator('textarea').focus();
    const typing = typeLetters(page, keys);
    let typed = false;
    const end = () => {
      typed = true;
    };
    typing.then(end, end);
    const isThere = () =>
      pane(page, 0)
        .locator('.xterm-rows')
        .evaluate((rows) => rows.textContent?.includes('all-there') ?? false);
    while (!(await isThere())) {
      most.heap = Math.max(most.heap, await heapMb());
      most.rss = Math.max(most.rss, rssMb(pid));
      await page.waitForTimeout(1_000);
    }
    const tookMs = performance.now() - beganMs;
    const typedMeanwhile = typed;
    await typing;
    const busy = await readProbe(page);
    const got = busy.bytes - before.bytes;

    // Ctrl-C in the middle: when the program is dead on the server, and when the prompt is on the screen.
    const stoppedFile = join(sshd.directory, 'stopped');
    // A shell of its own is in the foreground with the program, and gets the signal too.
    await command(page, 0, `sh -c "trap 'date +%s%N > ${stoppedFile}' INT; yes"`);
    const bytesThen = (await readProbe(page)).bytes;
    await expect.poll(async () => (await readProbe(page)).bytes - bytesThen, { timeout: 60_000 }).toBeGreaterThan(mebibyte);
    await pane(page, 0).locator('textarea').focus();
    await page.keyboard.press('Control+c');
    await expect.poll(() => existsSync(stoppedFile) && readFileSync(stoppedFile, 'utf8').length > 10, { intervals: [10], timeout: 60_000 }).toBe(true);
    await expect(pane(page, 0).locator('.xterm-rows')).toContainText('^C');
    const { lastPressMs } = await readProbe(page);
    const stoppedMs = Number(readFileSync(stoppedFile, 'utf8')) / 1e6 - lastPressMs;
    const shownMs = await page.evaluate(() => performance.timeOrigin + performance.now()).then((now) => now - lastPressMs);

    const row = (name: string, { written, painted }: { written: number[]; painted: number[] }) =>
      `${name}: keydown to write callback p50 ${ms(percentile(written, 0.5))}, p99 ${ms(percentile(written, 0.99))}; painted p50 ${ms(percentile(painted, 0.5))}, p99 ${ms(percentile(painted, 0.99))} (${written.length} keys)`;
    console.log(
      [
        `yes | head -c ${megabytes}M: ${got} bytes in ${(tookMs / 1000).toFixed(1)} s, ${(got / mebibyte / (tookMs / 1000)).toFixed(1)} MiB/s`,
        `browser heap before ${before.heap.toFixed(0)}, at most ${most.heap.toFixed(0)} MiB; core RSS before ${before.rss.toFixed(0)}, at most ${most.rss.toFixed(0)} MiB`,
        row('another pane while nothing runs', quiet),
        row(`another pane meanwhile${typedMeanwhile ? '' : ' (some after it)'}`, busy),
        `Ctrl-C: the program is dead after ${ms(stoppedMs)}, seen on the screen within ${ms(shownMs)}`,
      ].join('\n'),
    );
    expect(got).toBeGreaterThanOrEqual(shownBytes);
    expect(got).toBeLessThan(shownBytes + 4_096);
    expect(most.heap).toBeLessThan(before.heap + 256);
    expect(most.rss).toBeLessThan(before.rss + 512);
  } finally {
    core.kill('SIGTERM');
    await ended;
    await pilothouse.dispose();
    await sshd.stop();
  }
});
