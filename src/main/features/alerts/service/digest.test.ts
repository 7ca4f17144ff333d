import { describe, expect, test } from 'vitest';
import type { AlertRecord } from '../../../../shared/model/alert.ts';
import { linesOf } from '../delivery/alertWords.ts';
import { emailText } from '../delivery/emailText.ts';
import { slackPayload } from '../delivery/slackPayload.ts';
import { webhookBody } from '../delivery/webhookPayload.ts';
import { noonMs } from '../testing/watch.ts';
import { digestEvent, digestHolder } from './digest.ts';

const record = (change: Partial<AlertRecord> = {}): AlertRecord => ({
  ...{ id: 'cpu/srv_a@1', key: 'cpu/srv_a', cause: 'cpu', title: 'CPU is busy', severity: 'warning', level: 1, raisedAtMs: noonMs, endedAtMs: noonMs + 60_000 },
  ...{ ended: 'good', servers: [{ id: 'srv_a', name: 'gpu-1' }], stacks: [], subjects: [], flapping: false, acknowledgedBy: null, runbook: null },
  ...{ incident: null, whileAway: true },
  ...change,
});
const disk = record({ title: 'Disk is full', severity: 'critical', subjects: ['disk:/data'], raisedAtMs: noonMs + 5000, endedAtMs: noonMs + 86_400_000 });
const all = { severities: ['critical', 'warning', 'advice'] as const };

describe('what is told of alerts that came and went while nobody watched', () => {
  test('is one event, the worst first, with the real times of each', () => {
    const event = digestEvent([record(), disk], all, noonMs + 90_000_000);
    expect(event).toMatchObject({ kind: 'whileAway', title: '2 alerts, all over', severity: 'critical', serverIds: ['srv_a'], raisedAtMs: noonMs });
    expect(event === null ? [] : linesOf(event)).toEqual([
      'gpu-1 disk:/data: Disk is full (critical) from 2026-11-23 12:00:05 UTC to 2026-11-24 12:00:00 UTC',
      'gpu-1: CPU is busy (warning) from 2026-11-23 12:00:00 UTC to 12:01:00 UTC',
    ]);
  });

  test('is for each channel what it hears of, or nothing', () => {
    expect(digestEvent([record(), disk], { severities: ['warning'] }, 1)).toMatchObject({ title: '1 alert, all over', away: [{ title: 'CPU is busy' }] });
    expect([digestEvent([record()], { severities: ['critical'] }, 1), digestHolder([record()], { severities: ['critical'] })]).toEqual([null, undefined]);
    expect(digestHolder([record(), disk], { severities: ['critical'] })).toBe(disk);
  });

  test('says in every form when and where, and how many more there are', () => {
    const many = Array.from({ length: 30 }, (_, index) => record({ raisedAtMs: noonMs + index, title: `Alert ${index} hunter2` }));
    const event = digestEvent(many, all, noonMs + 90_000_000);
    if (event === null) throw new Error('it is for the channel');
    const mask = (text: string) => text.replaceAll('hunter2', '•••');
    const { blocks, text } = slackPayload([event], mask);
    expect(text).toBe('While you were away: 30 alerts, all over – gpu-1 (warning)');
    expect(blocks[1]?.text.text.split('\n')).toHaveLength(11);
    expect(blocks[1]?.text.text).toMatch(/and 20 more$/);
    expect(emailText([event], mask).text.match(/^- gpu-1: Alert/gm)).toHaveLength(30);
    const body = webhookBody(event, mask);
    expect(JSON.parse(body)).toMatchObject({ event: 'whileAway', servers: ['gpu-1'], alerts: { length: 30 } });
    for (const told of [JSON.stringify(blocks), emailText([event], mask).text, body]) expect(told).not.toContain('hunter2');
  });
});
