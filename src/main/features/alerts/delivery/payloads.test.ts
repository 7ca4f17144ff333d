import { createHmac } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { testEvent, testEvidence } from '../testing/events.ts';
import { noonMs } from '../testing/watch.ts';
import { evidenceText, headline, valueText } from './alertWords.ts';
import { emailText } from './emailText.ts';
import { idempotencyKey } from './outboxRules.ts';
import { pagerDutyEvent, withRoutingKey } from './pagerDutyPayload.ts';
import { cut, oneLine } from './plainText.ts';
import { escapeSlack, slackPayload } from './slackPayload.ts';
import { isSignatureRight, webhookBody, webhookHeaders } from './webhookPayload.ts';

const asIs = (text: string) => text;
const mask = (text: string) => text.replaceAll('hunter2', '•••');
/** What somebody might put into names to do harm. */
const hostile = '<!channel> *x* <https://evil.example|here> & "q" \r\nBcc: all@example.com \u202e\u0000 hunter2';

describe('words', () => {
  test('say what, where, how bad and since when, with units', () => {
    expect(headline(testEvent())).toBe('Alert: CPU is busy – gpu-1 (warning)');
    expect(headline(testEvent({ kind: 'escalated', why: 'time', level: 2, severity: 'critical', flapping: true }))).toBe(
      'Escalated to level 2: CPU is busy – gpu-1 (critical, comes and goes)',
    );
    expect(evidenceText(testEvidence())).toBe('gpu-1: CPU used is 93.4 % (limit > 80 %) since 2026-11-23 11:55:00 UTC');
    expect(evidenceText(testEvidence({ condition: 'missing' }))).toBe('gpu-1: CPU used has had no value since 2026-11-23 12:00:00 UTC; the last was 93.4 %');
    const names = ['a', 'b', 'c', 'd', 'e'].map((serverName) => testEvidence({ serverName }));
    expect(headline(testEvent({ evidence: names }))).toContain('– a, b, c and 2 more (');
  });

  test.each([
    ['gpuTemperatureCelsius', 'gpu:1', 83.44, '83.4 °C'],
    ['latencyP95S', 'engine:x', 2.345, '2.35 s'],
    ['up', 'probe:x', 0, '0'],
    ['tlsDaysLeft', 'probe:x', 2.6, '3 days'],
    ['requestsPerSecond', 'engine:x', 8.333, '8.33 per second'],
    ['vramUsedBytes', 'gpu:1', 2 ** 30 * 1.5, '1.5 GiB'],
    ['sampleAgeS', '', 61.2, '61.2 s'],
    ['waiting', 'engine:x', 120, '120'],
    ['toString', '', 1, '1'],
  ])('%s of %s', (metric, subject, value, expected) => {
    expect(valueText(metric, subject, value)).toBe(expected);
  });
});

describe('Slack', () => {
  test('one alert: a header, its evidence and its key', () => {
    const event = testEvent();
    expect(slackPayload([event], asIs)).toEqual({
      text: 'Alert: CPU is busy – gpu-1 (warning)',
      mrkdwn: false,
      blocks: [
        { type: 'header', text: { type: 'plain_text', text: 'Alert: CPU is busy – gpu-1 (warning)', emoji: false } },
        {
          type: 'section',
          block_id: idempotencyKey(event),
          text: { type: 'plain_text', text: 'gpu-1: CPU used is 93.4 % (limit > 80 %) since 2026-11-23 11:55:00 UTC\nRunbook: triage', emoji: false },
        },
      ],
    });
  });

  test('many: each with its key', () => {
    const events = Array.from({ length: 20 }, (_, index) => testEvent({ id: `e${index}`, severity: 'critical' }));
    const { text, blocks } = slackPayload(events, asIs);
    expect(text).toBe('20 × CPU is busy (critical, raised)');
    expect(new Set(blocks.flatMap(({ block_id: id }) => id ?? [])).size).toBe(20);
  });

  test('what others wrote is no markup, no command and no secret, and as long as it may be', () => {
    const evidence = Array.from({ length: 20 }, () => testEvidence({ serverName: hostile, subject: `container:${'x'.repeat(4000)}` }));
    const payload = slackPayload([testEvent({ title: `${hostile} ${'y'.repeat(400)}`, evidence })], mask);
    expect(payload.text).toContain('&lt;!channel&gt;');
    expect(payload.text).not.toMatch(/[<>]/);
    expect(payload.blocks.every(({ text }) => text.type === 'plain_text')).toBe(true);
    expect(JSON.stringify(payload)).not.toMatch(/hunter2|\\u0000|\u202e|\\r/);
    expect(payload.blocks[0]?.text.text.length).toBeLessThanOrEqual(150);
    expect(payload.blocks[1]?.text.text.length).toBeLessThanOrEqual(3000);
  });

  test('escapes the three characters, once', () => {
    expect(escapeSlack('a & b <c> &amp;')).toBe('a &amp; b &lt;c&gt; &amp;amp;');
  });
});

describe('the generic webhook', () => {
  const body = webhookBody(testEvent(), asIs);
  const key = idempotencyKey(testEvent());

  test('is JSON with times, evidence and its key', () => {
    expect(JSON.parse(body)).toMatchObject({
      ...{ version: 1, idempotencyKey: key, key: 'cpu/srv_a', event: 'raised', severity: 'warning', at: '2026-11-23T12:00:00.000Z', servers: ['gpu-1'] },
      evidence: [{ rule: 'cpu', metric: 'cpuUsedRatio', comparator: '>', threshold: 0.8, value: 0.934, since: '2026-11-23T11:55:00.000Z' }],
    });
  });

  test('is signed with its time: HMAC-SHA256 of seconds, dot, body', () => {
    const headers = webhookHeaders(body, key, 'secret', noonMs + 999);
    const seconds = noonMs / 1000;
    const expected = createHmac('sha256', 'secret').update(`${seconds}.${body}`).digest('hex');
    expect(headers).toEqual({ 'Content-Type': 'application/json', 'Idempotency-Key': key, 'X-Pilothouse-Signature': `t=${seconds},v1=${expected}` });
    expect(webhookHeaders(body, key, null, noonMs)).toEqual({ 'Content-Type': 'application/json', 'Idempotency-Key': key });
    expect(JSON.stringify(headers)).not.toContain('secret');
  });

  test.each<[string, boolean, Partial<{ header: string; body: string; secret: string; nowMs: number }>]>([
    ['right', true, {}],
    ['right beside one of an older secret', true, { header: `v1=${'0'.repeat(64)},` }],
    ['of another body', false, { body: `${body} ` }],
    ['of another secret', false, { secret: 'other' }],
    ['too old', false, { nowMs: noonMs + 301_000 }],
    ['from the future', false, { nowMs: noonMs - 301_000 }],
  ])('a signature that is %s', (_, expected, change) => {
    const header = `${change.header ?? ''}${webhookHeaders(body, key, 'secret', noonMs)['X-Pilothouse-Signature']}`;
    expect(isSignatureRight(header, change.body ?? body, change.secret ?? 'secret', change.nowMs ?? noonMs)).toBe(expected);
  });

  test.each(['', 't=x,v1=00', `t=${noonMs / 1000}`, `t=${noonMs / 1000},v1=zz`, 'nonsense'])('a signature "%s" is none', (header) => {
    expect(isSignatureRight(header, body, 'secret', noonMs)).toBe(false);
  });

  test('has no secrets and no control characters', () => {
    const text = webhookBody(
      testEvent({ title: hostile, key: `cpu/${hostile}`, who: hostile, evidence: [testEvidence({ serverName: hostile, subject: hostile })] }),
      mask,
    );
    expect(text).not.toMatch(/hunter2|\\u0000|\u202e|\\r|\\n/);
  });
});

describe('PagerDuty', () => {
  test('is one incident from its trigger to its end', () => {
    const raised = pagerDutyEvent(testEvent({ severity: 'critical' }), asIs);
    expect(raised).toMatchObject({
      ...{ event_action: 'trigger', dedup_key: 'cpu/srv_a', client: 'Pilothouse' },
      payload: {
        summary: 'Alert: CPU is busy – gpu-1 (critical)',
        source: 'gpu-1',
        severity: 'critical',
        component: 'server',
        timestamp: '2026-11-23T12:00:00.000Z',
      },
    });
    expect(pagerDutyEvent(testEvent({ kind: 'acknowledged', who: 'Ada' }), asIs)).toEqual({
      ...{ event_action: 'acknowledge', dedup_key: 'cpu/srv_a', client: 'Pilothouse' },
    });
    expect(pagerDutyEvent(testEvent({ kind: 'resolved' }), asIs)).toMatchObject({ event_action: 'resolve', dedup_key: 'cpu/srv_a' });
    expect(pagerDutyEvent(testEvent({ severity: 'advice' }), asIs).payload?.severity).toBe('info');
  });

  test('keeps the limits of its fields, and secrets out', () => {
    const long = testEvent({ key: `disk-full/srv_a/disk:/${'x'.repeat(300)}`, title: `${hostile}${'y'.repeat(2000)}` });
    const event = pagerDutyEvent(long, mask);
    expect(event.dedup_key).toMatch(/^[0-9a-f]{64}$/);
    expect(event.payload?.summary.length).toBeLessThanOrEqual(1024);
    expect(JSON.stringify(event)).not.toMatch(/hunter2|routing_key/);
    expect(JSON.parse(withRoutingKey(event, 'R0'))).toMatchObject({ routing_key: 'R0', event_action: 'trigger' });
  });
});

describe('e-mail', () => {
  test('has a subject, plain text, and one thread for one alert', () => {
    const raised = emailText([testEvent()], asIs);
    expect(raised.subject).toBe('[Pilothouse] Alert: CPU is busy – gpu-1 (warning)');
    expect(raised.text).toBe(
      [
        'Alert: CPU is busy – gpu-1 (warning)',
        'At 2026-11-23 12:00:00 UTC',
        '- gpu-1: CPU used is 93.4 % (limit > 80 %) since 2026-11-23 11:55:00 UTC',
        'Runbook: triage',
        '',
      ].join('\n'),
    );
    const resolved = emailText([testEvent({ kind: 'resolved', id: 'cpu/srv_a@1000.2' })], asIs);
    expect(resolved.headers['References']).toBe(raised.headers['References']);
    expect(resolved.headers['Message-ID']).not.toBe(raised.headers['Message-ID']);
    expect(emailText([testEvent()], asIs)).toEqual(raised);
  });

  test('nothing in it begins another header; no secrets', () => {
    const mail = emailText([testEvent({ title: hostile, who: hostile, evidence: [testEvidence({ serverName: hostile })] })], mask);
    expect(mail.subject).not.toMatch(/[\r\n]/);
    expect(mail.subject.length).toBeLessThanOrEqual(200);
    expect(JSON.stringify(mail)).not.toMatch(/hunter2|\\u0000|\\r/);
    expect(mail.text.split('\n').some((line) => line.startsWith('Bcc:'))).toBe(false);
  });
});

test('a text is cut between characters', () => {
  expect(cut('abc', 3)).toBe('abc');
  expect(cut('abcd', 3)).toBe('ab…');
  expect(cut('a😀😀', 4)).toBe('a😀…');
  expect(cut('😀😀', 3)).toBe('😀…');
  expect(oneLine(' a\u0007\n\u2028b  c ', asIs, 10)).toBe('a b c');
});
