import { expect, it } from 'vitest';
import { parseStartAnswer } from './quickJob.ts';

const parse = (text: string | Buffer) => parseStartAnswer(Buffer.from(text));

it('reads an answer alone, and why a start failed', () => {
  expect(parse('ph-job started\n')).toEqual({ answer: 'started', reason: null, quick: null });
  expect(parse('ph-job found\n')).toMatchObject({ answer: 'found' });
  expect(parse('ph-job failed its files could not be written\n')).toEqual({ answer: 'failed', reason: 'its files could not be written', quick: null });
  for (const text of ['', 'ph-job', 'ph-job strange\n', 'noise\nph-job started\n']) expect(parse(text)).toBeNull();
});

it('reads what a job printed that has ended, byte by byte', () => {
  const quick = parse(Buffer.concat([Buffer.from('ph-job started\nph-job exited 3 5 2\n'), Buffer.from([0x6f, 0, 0xff, 0x0a, 0x78, 0x65, 0x0a])]))?.quick;
  expect(quick?.end).toEqual({ kind: 'exited', exitCode: 3, outputBytes: 5, errorBytes: 2 });
  expect([...(quick?.output ?? [])]).toEqual([0x6f, 0, 0xff, 0x0a, 0x78]);
  expect(Buffer.from(quick?.errors ?? []).toString()).toBe('e\n');
  expect(parse('ph-job found\nph-job exited 0 0\n')?.quick).toMatchObject({ end: { exitCode: 0, outputBytes: 0 } });
});

it('follows a job whose bytes did not all come, or that did not end by itself', () => {
  for (const rest of ['ph-job exited 0 5 2\nshort', 'ph-job exited 0 1\ntoo long', 'ph-job running 0\n', 'ph-job kill 3\nabc', 'ph-job exited 0']) {
    expect(parse(`ph-job started\n${rest}`)).toEqual({ answer: 'started', reason: null, quick: null });
  }
});
