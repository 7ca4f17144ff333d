import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { RequestId } from '../../../shared/model/ids.ts';
import { addTestServer } from '../../core/testCore.ts';
import { startTestSshd } from '../../remote/testSshd.ts';
import { type CoreConnection, connectToCore } from '../../transport/coreClient.ts';
import { socketAddress } from '../../transport/socketAddress.ts';
import { TestWebhook } from './testWebhook.ts';

/** Alerts of a real core, about a real server, to a chat that fails: told at least once, under one key each. */

const program = fileURLToPath(new URL('./main.ts', import.meta.url));
const metrics = [
  'uptimeSeconds',
  'cpuCount',
  'load1',
  'load5',
  'load15',
  'memoryTotalBytes',
  'memoryUsedBytes',
  'memoryAvailableBytes',
  'swapTotalBytes',
  'swapUsedBytes',
];
const request = (name: string) => `request-${name}` as RequestId;

/** A rule that holds as soon as its figure is measured. */
const ruleText = (metric: string) => `
id: told-${metric.toLowerCase()}
title: ${metric} is measured
explanation: It holds with every value, so that there is something to tell.
metric: ${metric}
on: server
comparator: '!='
value: -1
sustainedS: 0
clearS: 0
missing: { policy: keep, afterS: 600 }
severity: warning
schedule: always
runbook: null
references: []
`;

class CoreProcess {
  #child: ChildProcess | null = null;
  #connection: CoreConnection | null = null;
  readonly #directory: string;

  constructor(directory: string) {
    this.#directory = directory;
  }

  async start(): Promise<void> {
    const child = spawn(process.execPath, [program, '--data', this.#directory, 'core'], { stdio: 'ignore' });
    this.#child = child;
    for (let tries = 0; this.#connection === null; tries += 1) {
      if (child.exitCode !== null || tries > 400) throw new Error(`the core did not listen: ${child.exitCode}`);
      this.#connection = await connectToCore(socketAddress(this.#directory)).catch(() => null);
      if (this.#connection === null) await delay(50);
    }
  }

  get client(): CoreConnection['client'] {
    if (this.#connection === null) throw new Error('the core is not running');
    return this.#connection.client;
  }

  async end(signal: 'SIGKILL' | 'SIGTERM'): Promise<void> {
    const child = this.#child;
    this.#child = null;
    this.#connection = null;
    if (child === null || child.exitCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }
}

test('ten failures and a kill -9: every alert comes, each under one key', { timeout: 240_000 }, async () => {
  const directory = mkdtempSync(join(tmpdir(), 'ph-alerts-'));
  const sshd = await startTestSshd();
  const webhook = new TestWebhook(['500', '429', 'lost answer', 'hang', 'cut answer', 'reset', '500', 'lost answer', 'take', 'cut answer']);
  await webhook.reserve();
  const core = new CoreProcess(directory);
  onTestFinished(async () => {
    await core.end('SIGTERM');
    await webhook.close();
    await sshd.stop();
    rmSync(directory, { recursive: true, force: true });
  });
  await core.start();
  await addTestServer(core.client, sshd, { environment: 'production' });
  const address = `http://127.0.0.1:${webhook.port}/services/T000/B000/letters-that-let-in`;
  await core.client.alerts.channels.save({
    requestId: request('channel'),
    fields: { kind: 'slack', name: 'chat', severities: ['warning', 'critical'] },
    secrets: { address },
  });
  for (const metric of metrics) await core.client.alerts.rules.save({ requestId: request(`rule-${metric}`), text: ruleText(metric) });

  const told = async () => {
    const { alerts } = await core.client.alerts.list({ limit: 500 });
    const shown = await Promise.all(alerts.map(({ id }) => core.client.alerts.show({ id })));
    const deliveries = shown.flatMap((each) => each.deliveries.filter(({ channel }) => channel === 'chat'));
    const events = shown.flatMap(({ record, events: all }) => (record.severity === 'advice' ? [] : all.map(({ id }) => id)));
    return { alerts: alerts.filter(({ severity }) => severity !== 'advice'), events, deliveries };
  };
  const until = async (what: string, holds: (now: Awaited<ReturnType<typeof told>>) => boolean) => {
    for (const endMs = Date.now() + 150_000; ; ) {
      const now = await told();
      if (holds(now)) return now;
      if (Date.now() > endMs)
        throw new Error(`${what}: ${JSON.stringify(now.deliveries.map(({ state, attempts }) => [state, attempts.map(({ problem }) => problem)]))}`);
      await delay(300);
    }
  };

  // Nobody listens yet: every first attempt is refused.
  const refused = await until('refused', ({ deliveries }) => deliveries.length >= metrics.length && deliveries.every(({ attempts }) => attempts.length > 0));
  expect(refused.deliveries.flatMap(({ attempts }) => attempts.map(({ problem }) => problem))).toContain('ECONNREFUSED');

  // The ninth message is read, and the core is killed before it hears so.
  const killed = Promise.withResolvers<void>();
  webhook.onMessage = async (index) => {
    if (index !== 9) return;
    await core.end('SIGKILL');
    killed.resolve();
  };
  await webhook.listen();
  await killed.promise;
  await core.start();
  const { alerts, events, deliveries } = await until('sent', (now) => now.deliveries.length > 0 && now.deliveries.every(({ state }) => state === 'sent'));

  const keyOf = (id: string) => `ph-${createHash('sha256').update(id).digest('hex').slice(0, 40)}`;
  const keys = webhook.received.flatMap((message) => message.keys);
  expect([...new Set(keys)].sort()).toEqual(events.map(keyOf).sort());
  // Nothing else happened to them: one event, one key for each alert.
  expect(events.length).toBe(alerts.length);
  expect(alerts.length).toBeGreaterThanOrEqual(metrics.length);
  const attempts = deliveries.flatMap((each) => each.attempts);
  const failures = attempts.filter(({ outcome }) => outcome !== 'sent');
  const cutOff = failures.filter(({ problem }) => problem === 'Pilothouse ended before an answer came');
  expect(cutOff.length).toBeGreaterThan(0);
  expect(failures.length).toBeGreaterThanOrEqual(10);
  const lost = webhook.received.filter(({ behaviour }, index) => ['lost answer', 'hang', 'cut answer', 'reset'].includes(behaviour) || index === 8);
  const twice = keys.length - new Set(keys).size;
  const refusals = failures.filter(({ problem }) => problem === 'ECONNREFUSED').length;
  console.log(
    `alerts raised ${alerts.length}, distinct keys received ${new Set(keys).size}, messages received ${webhook.received.length}; failed attempts ${failures.length}` +
      ` (refused ${refusals}, ${webhook.received
        .filter(({ behaviour }) => behaviour !== 'take')
        .map(({ behaviour }) => behaviour)
        .join(', ')}, killed ${cutOff.length});` +
      ` answers lost ${lost.length}, duplicates ${twice}`,
  );
  // Twice comes only what was taken and answered into nothing, or refused after it was read.
  expect(twice).toBeGreaterThan(0);
  expect(twice).toBeLessThanOrEqual(
    webhook.received.filter(({ behaviour }, index) => behaviour !== 'take' || index === 8).flatMap((message) => message.keys).length,
  );
});
