import { Tooltip } from '@base-ui/react/tooltip';
import { expect, it } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { ErrorPanel, errorReport } from './ErrorPanel.tsx';

const failed = {
  code: 'workflow.step-failed' as const,
  data: { server: 'stage-03', step: 'Packages up to date', phase: 'apply', exitCode: 100, output: 'E: dpkg was interrupted' },
};

it('says what happened, the code, the output and the next thing to try', async () => {
  await render(
    <Tooltip.Provider>
      <ErrorPanel error={failed} actions={<button type="button">Retry</button>} />
    </Tooltip.Provider>,
  );
  const alert = page.getByRole('alert');
  expect(alert.element().textContent).toContain('stage-03');
  expect(alert.element().textContent).toContain('workflow.step-failed');
  await expect.element(page.getByRole('region', { name: 'Output' })).toHaveTextContent('E: dpkg was interrupted');
  await expect.element(page.getByRole('button', { name: 'Copy details' })).toBeVisible();
  await expect.element(page.getByRole('button', { name: 'Retry' })).toBeVisible();
});

it('sends to a place of the window, not to the command line, in the copied text too', async () => {
  const error = { code: 'alert.not-found' as const, data: { key: 'cpu/a' } };
  await render(<ErrorPanel error={error} />);
  expect(page.getByRole('alert').element().textContent).toContain('look at Alerts, History.');
  expect([page.getByRole('alert').element().textContent, errorReport(error)].join()).not.toContain('pilothouse alerts');
});

it('leaves out the output where there is none', async () => {
  await render(<ErrorPanel error={{ code: 'server.untrusted', data: { server: 'stage-03' } }} />);
  expect(page.getByRole('alert').element().textContent).toContain('server.untrusted');
  expect(page.getByRole('region').elements()).toHaveLength(0);
});

it('reads even when the data does not fit the code', async () => {
  await render(<ErrorPanel error={{ code: 'ssh.connection-refused', data: {} }} />);
  expect(page.getByRole('alert').element().textContent).toContain('ssh.connection-refused');
});

it('copies everything a colleague needs', () => {
  const report = errorReport(failed);
  expect(report).toContain('workflow.step-failed: ');
  expect(report).toContain('exitCode: 100');
  expect(report).toContain('output: E: dpkg was interrupted');
});
