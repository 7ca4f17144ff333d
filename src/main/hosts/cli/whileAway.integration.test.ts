import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { AlertEventView, AlertRecord } from '../../../shared/model/alert.ts';
import type { RequestId } from '../../../shared/model/ids.ts';
import { addTestServer } from '../../core/testCore.ts';
import { startTestSshd, type TestSshd } from '../../remote/testSshd.ts';
import { testSystemctl } from '../../remote/testSystemctl.ts';
import { startTestCli, type TestCli } from './testCli.ts';

/** The core is away for a minute while a GPU is too hot for a part of it; a recorder on the server has seen it. */

/** One GPU whose temperature lies in a file. */
const nvidiaSmi = `#!/bin/sh
case $1 in --query-gpu=*) ;; *) exit 0 ;; esac
line=
IFS=,
for field in \${1#*=}; do
  case $field in
    index) value=0 ;;
    uuid) value=GPU-5e9f1c3a-0000-4000-8000-000000000001 ;;
    name) value='NVIDIA T4' ;;
    pci.bus_id) value=00000000:01:00.0 ;;
    temperature.gpu) value=$(cat "$HOME/degrees") ;;
    *) value='[N/A]' ;;
  esac
  line="$line, $value"
done
printf '%s\\n' "\${line#, }"
`;
const rule = `id: gpu-warm
title: GPU is warm
explanation: It is warmer than it is meant to be for more than ten seconds.
metric: gpuTemperatureCelsius
on: gpu
comparator: '>'
value: 90
clear: 75
sustainedS: 10
clearS: 0
missing: { policy: keep, afterS: 600 }
severity: critical
schedule: always
runbook: null
references: []
`;

let cli: TestCli;
let sshd: TestSshd;

beforeAll(async () => {
  cli = await startTestCli({ background: true });
  const units = join(cli.directory, 'units');
  mkdirSync(units);
  const programs = { systemctl: testSystemctl, loginctl: '#!/bin/sh\nexit 0\n', 'nvidia-smi': nvidiaSmi };
  sshd = await startTestSshd({ programs, environment: { PILOTHOUSE_UNIT_DIR: units } });
  heat(50);
  const healthIntervalS = { production: 5, staging: 5, development: 5 };
  await cli.client.settings.change({ requestId: 'request-interval' as RequestId, changes: { healthIntervalS } });
  await addTestServer(cli.client, sshd, { environment: 'development' });
});
afterAll(async () => {
  await cli.run('health', 'recorder', 'remove', 'box');
  await cli.close();
  await sshd.stop();
});

const heat = (degrees: number) => writeFileSync(join(sshd.directory, 'degrees'), String(degrees));
const history = async (): Promise<AlertRecord[]> => (await cli.json('alerts', 'list', '--all')).alerts.filter(({ cause }: AlertRecord) => cause === 'gpu-warm');

test('what was too hot while nobody watched is in the history with its real times, and is nothing that is told now', { timeout: 240_000 }, async () => {
  const saved = await cli.run('alerts', 'rules', 'save', cli.file('rule.yaml', rule));
  expect(saved.code, saved.err + saved.out).toBe(0);
  const installed = await cli.run('health', 'recorder', 'install', 'box', '--interval', '5');
  expect(installed.code, installed.err + installed.out).toBe(0);
  // Judged at least once: what comes later is a gap of what was known.
  const judged = async () => (await cli.json('alerts', 'rules', 'backtest', 'gpu-warm', '--since', '1h')).backtest.samples;
  await expect.poll(judged, { timeout: 60_000, interval: 1000 }).toBeGreaterThan(2);
  await delay(11_000);

  await cli.stop();
  const leftMs = Date.now();
  heat(95);
  await delay(30_000);
  heat(50);
  const cooledMs = Date.now();
  await delay(36_000);
  await cli.start();

  await expect.poll(async () => (await history()).length, { timeout: 90_000, interval: 1000 }).toBe(1);
  const [record] = await history();
  if (record === undefined) throw new Error('it is there');
  const { raisedAtMs, endedAtMs } = record;
  expect(record).toMatchObject({ whileAway: true, severity: 'critical', ended: 'good', servers: [{ name: 'box' }] });
  // Ten seconds long it was too hot before it was one, and a look is five seconds from the next.
  expect(raisedAtMs - leftMs).toBeGreaterThan(5_000);
  expect(raisedAtMs - leftMs).toBeLessThan(26_000);
  expect(Math.abs((endedAtMs ?? 0) - cooledMs)).toBeLessThan(11_000);
  const { events } = (await cli.json('alerts', 'show', record.id)) as { events: AlertEventView[] };
  expect(events.map(({ kind, evidence }) => [kind, evidence[0]?.metric])).toEqual(['raised', 'resolved'].map((kind) => [kind, 'gpuTemperatureCelsius']));
  expect(events[0]?.evidence[0]?.value).toBe(95);
  expect((await cli.run('alerts', 'list', '--all')).out).toMatch(/critical .* GPU is warm \(while away\)/);
  expect((await cli.run('alerts', 'show', record.id)).out).toContain('While away: it lasted from');
  expect((await cli.json('alerts', 'list')).alerts.filter(({ cause }: { cause: string }) => cause === 'gpu-warm')).toEqual([]);
  console.log(
    `away for ${((Date.now() - leftMs) / 1000).toFixed(0)} s: raised after ${((raisedAtMs - leftMs) / 1000).toFixed(1)} s, over ${(((endedAtMs ?? 0) - cooledMs) / 1000).toFixed(1)} s after it cooled down`,
  );
});
