import { describe, expect, it } from 'vitest';
import { silenceFieldsSchema } from '../../../shared/model/alert.ts';
import { fieldTime, isSilenced, nextMorningMs, scopeSentence, silenceEndMs, silenceFieldsOf, silenceFormOf } from './silenceForm.ts';
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

  it('holds an alert of that cause, rule, server and subject, and says where it cannot tell', () => {
    const form = silenceFormOf([disk], at(12));
    expect(isSilenced(disk, form)).toBe(true);
    expect(isSilenced(disk, { ...form, rules: ['disk-critical'] })).toBe(true);
    expect(isSilenced(disk, { ...form, rules: ['cpu'] })).toBe(false);
    expect(isSilenced(disk, { ...form, subjects: ['disk:/'] })).toBe(false);
    expect(isSilenced(disk, { ...form, selector: 'gpu-2' })).toBe(false);
    expect(isSilenced(disk, { ...form, selector: 'env:production' })).toBeNull();
    expect(isSilenced(testAlert('cpu', 'gpu-9'), { ...form, rules: ['cpu'], subjects: [], selector: '' })).toBe(true);
  });
});
