import { expect, test } from 'vitest';
import { tableOf } from '../row.ts';
import { sampleRows } from './samples.ts';

test('the rows of stored readings have figures, also of a small fleet', async () => {
  const rows = await sampleRows(1, 2);
  expect(rows.map(({ id }) => id)).toEqual(['samples-hot', 'samples-cold', 'samples-written', 'chart-server', 'chart-fleet']);
  for (const { id, value } of rows) expect([id, value > 0 && Number.isFinite(value)]).toEqual([id, true]);
  expect(tableOf(rows)).toContain('bytes written for a sample');
});
