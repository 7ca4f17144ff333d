import { expect, test } from 'vitest';
import { render } from 'vitest-browser-react';
import { BrokenWorkflows } from './BrokenWorkflows.tsx';

test('a file that cannot be used stands there with what is wrong in it', async () => {
  const issues = ['line 2: version: Invalid input', 'line 9: steps.one.check: an idempotent step needs one'];
  const screen = await render(<BrokenWorkflows files={[{ id: 'mine', file: '/data/workflows/mine.yaml', issues }]} />);
  await expect.element(screen.getByText('/data/workflows/mine.yaml')).toBeVisible();
  for (const issue of issues) await expect.element(screen.getByText(issue)).toBeVisible();
});

test('where all can be used there is nothing', async () => {
  const screen = await render(<BrokenWorkflows files={[]} />);
  expect(screen.container.textContent).toBe('');
});
