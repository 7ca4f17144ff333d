import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MarkerFilter } from './markerFilter.ts';

const mark = 'ph-job-123 ';

it('takes its line out of the middle of another, and gives every other byte as it came', () => {
  const filter = new MarkerFilter(mark);
  expect(filter.take(Buffer.from('half a liph-job-123 exited 0 5 9\nne\n')).toString()).toBe('half a line\n');
  expect(filter.line).toBe('exited 0 5 9');
  expect(filter.take(Buffer.from('ph-job-123 again\n')).toString()).toBe('ph-job-123 again\n');
});

it('holds back what may become the mark, and gives it when it does not', () => {
  const filter = new MarkerFilter(mark);
  expect(filter.take(Buffer.from('ph-job')).toString()).toBe('');
  expect(filter.take(Buffer.from('-456\n')).toString()).toBe('ph-job-456\n');
  expect(filter.line).toBeNull();
});

it('finds it wherever the bytes were cut', () => {
  const piece = fc.constantFrom('p', 'ph-', 'ph-job-12', '\n', '\u00ff', 'x');
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), fc.array(piece, { maxLength: 12 }), fc.array(fc.nat(80), { maxLength: 6 }), (before, after, cuts) => {
      const own = Buffer.from(before.join(''));
      const rest = Buffer.from(after.join(''));
      // What comes before must not end in a way that makes another mark of ours.
      fc.pre(!Buffer.concat([own, rest]).includes(mark));
      const all = Buffer.concat([own, Buffer.from(`${mark}running 3\n`), rest]);
      const filter = new MarkerFilter(mark);
      const places = [0, ...cuts.map((cut) => Math.min(cut, all.length)).sort((a, b) => a - b), all.length];
      const out = places.slice(1).map((to, index) => Buffer.from(filter.take(all.subarray(places[index], to))));
      expect(filter.line).toBe('running 3');
      expect(Buffer.concat(out)).toEqual(Buffer.concat([own, rest]));
    }),
  );
});
