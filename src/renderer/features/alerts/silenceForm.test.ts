import { describe, expect, it } from 'vitest';
import { silenceFieldsSchema } from '../../../shared/model/alert.ts';
import { fieldTime, nextMorningMs, previewSentences, scopeSentence, silenceEndMs, silenceFieldsOf, silenceFormOf } from './silenceForm.ts';
import { testAlert } from './testAlerts.ts';

const at = (hour: number, minute = 0) => new Date(2026, 10, 23, hour, minute).getTime();
const disk = testAlert('disk-full', 'gpu-1', { subjects: [{ serverId: 'srv_gpu-1', subject: 'disk:/data', title: '/data' }], rules: ['disk-critical'] });

describe('the end of a silence', () => {
  it('comes after an hour, after four, in the next morning, or when was said', () => {
    expect(silenceEndMs({ span: '1h', until: '' }, at(23))).toBe(at(24));
    expect(silenceEndMs({ span: '4h', until: '' }, at(1))).toBe(at(5));
    expect([nextMorningMs(at(3)), nextMorningMs(at(8)), nextMorningMs(at(22))]).toEqual([at(8), at(32), at(32)]);
    expect(silenceEndMs({ span: 'custom', until: fieldTime(at(12, 34)) }, at(12))).toBe(at(12, 34));
  });

  it('is none where it is over, or no time at all', () => {
    expect(silenceEndMs({ span: 'custom', until: fieldTime(at(11)) }, at(12))).toBeNull();
    expect(silenceEndMs({ span: 'custom', until: 'tomorrow' }, at(12))).toBeNull();
  });
});

describe('what is to be silent', () => {
  it('is at first the cause on the servers of the alert, and its only subject', () => {
    const form = silenceFormOf([disk], at(12));
    expect(scopeSentence(form)).toBe('Disk full of /data on gpu-1');
    const fields = silenceFieldsOf({ ...form, reason: 'new disk at noon' }, at(12));
    expect(fields).toEqual({ reason: 'new disk at noon', untilMs: at(13), rules: ['disk-full'], selector: 'gpu-1', subjects: ['disk:/data'] });
    expect(silenceFieldsSchema.safeParse(fields).success).toBe(true);
  });

  it('is all causes and servers of several alerts', () => {
    expect(scopeSentence(silenceFormOf([disk, testAlert('cpu', 'gpu-2')], at(12)))).toBe('Disk full, CPU on gpu-1, gpu-2');
  });

  it('is never everything everywhere', () => {
    const form = { ...silenceFormOf([disk], at(12)), rules: [], selector: ' ', subjects: [] };
    expect(silenceFieldsOf(form, at(12))).toBeNull();
    expect(scopeSentence(form)).toBe('anything anywhere');
  });

  it('is previewed in a sentence, with what may not be as it was meant', () => {
    const held = { key: 'disk-full/srv_a', title: 'Disk full', severity: 'critical' as const, whole: true };
    const none = { servers: null, alerts: [], rules: null, unknownRules: [] };
    expect(previewSentences({ ...none, alerts: [held] })).toEqual({ held: '1 open alert of now is held by it.', warnings: [] });
    expect(previewSentences({ ...none, servers: ['a', 'b'], alerts: [held, held, { ...held, whole: false }] }).held).toBe(
      '2 servers; 2 open alerts of now are held by it, and of 1 other a part.',
    );
    expect(previewSentences({ ...none, servers: [], rules: 0, unknownRules: ['dsk'] })).toEqual({
      ...{ held: '0 open alerts of now are held by it.', warnings: ['There is no rule and no cause "dsk".', 'No server is picked by that.'] },
    });
    expect(previewSentences({ ...none, rules: 0 }).warnings).toEqual(['The rules that it is about are switched off.']);
  });
});
