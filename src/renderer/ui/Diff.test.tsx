import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { Diff } from './Diff.tsx';
import { diffTexts } from './diffModel.ts';

const before = 'services:\n  api:\n    image: api:1.4.1\n    restart: always\n';
const after = 'services:\n  api:\n    image: api:1.4.2\n    restart: always\n    read_only: true\n';

it('shows what went and what came, with a sign beside the colour', async () => {
  await render(<Diff hunks={diffTexts(before, after)} label="compose.yaml" />);
  const region = page.getByRole('region', { name: 'compose.yaml' });
  expect(region.element().querySelector('del')?.textContent).toBe('    image: api:1.4.1');
  expect([...region.element().querySelectorAll('ins')].map((each) => each.textContent)).toEqual(['    image: api:1.4.2', '    read_only: true']);
  expect(region.element().textContent).toContain('−');
  expect(region.element().querySelector('ins span')?.textContent).toBe('2');
});

it('puts both sides beside each other in the same rows', async () => {
  await render(<Diff hunks={diffTexts(before, after)} label="compose.yaml" layout="split" />);
  const changed = [...page.getByRole('row').elements()].find((row) => row.querySelector('del'));
  expect(changed?.querySelector('ins')?.textContent).toBe('    image: api:1.4.2');
});

it('says so where nothing differs, and keeps the rest of a long one until it is asked for', async () => {
  const screen = await render(<Diff hunks={[]} label="same" />);
  await expect.element(page.getByText('Nothing differs.')).toBeVisible();
  const lines = Array.from({ length: 1_500 }, (_, index) => `line ${index}`);
  await screen.rerender(<Diff hunks={diffTexts('', `${lines.join('\n')}\n`)} label="long" />);
  await page.getByRole('button', { name: 'Show 300 more lines' }).click();
  await expect.element(page.getByText('line 1499')).toBeInTheDocument();
});
