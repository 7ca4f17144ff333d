import { describe, expect, it } from 'vitest';
import { alertTotals, partOf } from './alertTotals.ts';
import { alertGroups, alertSentence, causeText, evidenceText, fitsText, holdText, subjectsText } from './alertView.ts';
import { testAlert, testEvidence } from './testAlerts.ts';

describe('the list of alerts', () => {
  const alerts = [
    testAlert('disk-full', 'gpu-1', { severity: 'warning', raisedAtMs: 1000 }),
    testAlert('gpu-lost', 'gpu-2', { severity: 'critical', raisedAtMs: 10 }),
    testAlert('disk-full', 'gpu-3', { severity: 'critical', raisedAtMs: 20 }),
    testAlert('cpu', 'gpu-4', { acknowledged: { who: 'Mara', atMs: 5, untilMs: null, note: null } }),
    testAlert('memory', 'gpu-5', { state: 'held', hold: { reason: 'silence', id: 'sil_0000000000000001', who: 'Jonas', text: 'new disks', untilMs: 9 } }),
  ];

  it('has what nobody has first, by cause, the worst and newest cause first', () => {
    const groups = alertGroups(alerts);
    expect(groups.map(({ title, rows }) => [title, rows.map(({ servers }) => servers[0]?.name)])).toEqual([
      ['Disk full', ['gpu-3', 'gpu-1']],
      ['GPU lost', ['gpu-2']],
      ['Somebody looks after it', ['gpu-4']],
      ['Not told', ['gpu-5']],
    ]);
  });

  it('keeps what is milder in a crowd from hiding what is worse', () => {
    const crowd = Array.from({ length: 7 }, (_, index) => testAlert('disk-full', `gpu-1${index}`, { severity: 'warning' }));
    expect(alertGroups([...alerts.slice(0, 3), ...crowd]).map(({ title, rows }) => [title, rows.length])).toEqual([
      ['Disk full', 1],
      ['GPU lost', 1],
      ['Disk full', 8],
    ]);
  });

  it('counts each part and the worst of what nobody has', () => {
    expect(alertTotals(alerts)).toEqual({ firing: 3, advice: 0, acknowledged: 1, held: 1, worst: 'critical' });
    expect(alertTotals([testAlert('disk-full', 'gpu-1', { severity: 'advice' })])).toMatchObject({ firing: 0, advice: 1, worst: null });
    expect(alertTotals(alerts.slice(3))).toEqual({ firing: 0, advice: 0, acknowledged: 1, held: 1, worst: null });
  });

  it('keeps what has all the words, wherever they stand', () => {
    const [disk] = alerts;
    expect(disk && fitsText(disk, 'GPU-1 disk')).toBe(true);
    expect(disk && fitsText(disk, 'gpu-1 memory')).toBe(false);
    expect(alertGroups(alerts, 'gpu-4').flatMap(({ rows }) => rows)).toHaveLength(1);
  });

  it('is held before it is acknowledged', () => {
    const acknowledged = { who: 'Mara', atMs: 1, untilMs: null, note: null };
    expect(partOf({ state: 'held', hold: null, acknowledged })).toBe('held');
    expect(partOf({ state: 'open', hold: { reason: 'silence', id: null, who: 'Mara', text: null, untilMs: 9 }, acknowledged })).toBe('held');
    expect(partOf({ state: 'open', hold: null, acknowledged })).toBe('acknowledged');
  });
});

describe('words of an alert', () => {
  it('makes a cause readable', () => {
    expect(['slow-answers', 'gpu-hot', 'kv-cache', 'cpu'].map(causeText)).toEqual(['Slow answers', 'GPU hot', 'KV cache', 'CPU']);
  });

  it('says value and limit in the unit of the metric', () => {
    expect(evidenceText(testEvidence('diskUsedRatio', 'disk:/data', 0.9642, 0.9))).toBe('96.4 %, above 90 % · Share of the disk used');
    expect(evidenceText({ ...testEvidence('containerRunning', 'container:web', 0, 0), comparator: '==' })).toMatch(/: no$/);
    expect(evidenceText({ ...testEvidence('cpuUsedRatio', '', 0.5, 0.8), condition: 'missing' })).toMatch(/no value any more, the last was 50 %$/);
  });

  it('tells the first evidence and how much more there is', () => {
    const evidence = [testEvidence('diskUsedRatio', 'disk:/data', 0.95, 0.9), testEvidence('diskUsedRatio', 'disk:/', 0.92, 0.9)];
    expect(alertSentence({ evidence, explanation: null })).toBe('95 %, above 90 % · Share of the disk used, and 1 more');
    expect(alertSentence({ evidence: [], explanation: 'Look at it.' })).toBe('Look at it.');
  });

  it('names what it is about as people do, also where the core knows no name', () => {
    const subject = (subject: string, title: string) => ({ serverId: 'srv_1', subject, title });
    expect(subjectsText({ subjects: [subject('disk:/data', 'disk:/data'), subject('gpu:GPU-4f1c22aa-1', 'GPU 0')] })).toBe('/data, GPU 0');
    expect(subjectsText({ subjects: ['/a', '/b', '/c', '/d'].map((path) => subject(`disk:${path}`, '')) })).toBe('/a, /b, /c and 1 more');
  });

  it('says who holds it', () => {
    expect(holdText({ reason: 'silence', id: null, who: 'Mara', text: null, untilMs: null })).toBe('silenced by Mara');
    expect(holdText({ reason: 'maintenance', id: 'sunday-night', who: null, text: null, untilMs: null })).toBe('in maintenance: sunday-night');
  });
});
