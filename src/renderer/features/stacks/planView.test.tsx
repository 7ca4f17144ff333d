import { expect, it, vi } from 'vitest';
import { type Locator, page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import { type DeployPlan, deployPlanSchema } from '../../../shared/contract/stackPlans.ts';
import { PlanView } from './PlanView.tsx';

/** What an element says, once it says it. */
const text = (locator: Locator) => expect.poll(() => locator.element().textContent);
const plan = (more: Partial<DeployPlan> = {}): DeployPlan => ({
  ...deployPlanSchema.parse({
    ...{ serverName: 'gpu-1', release: 'r2', from: 'r1', shortfalls: [], unknowns: [] },
    services: [
      { name: 'db', effect: 'keep', why: 'nothing of it changes' },
      {
        ...{ name: 'gateway', effect: 'recreate', why: 'image changes', requestsRunning: 3, downtime: { seconds: 40, why: 'measured' } },
        reasons: [{ path: 'image', from: 'gw:1', to: 'gw:2', said: 'image changes' }],
      },
    ],
    files: [{ path: 'config/gateway.toml', change: 'changed', diff: '@@ -1 +1 @@\n-debug = true\n+debug = false\n', masked: false, services: ['gateway'] }],
    downtime: { seconds: 40, why: 'gateway' },
  }),
  ...more,
});
const opened = plan({
  ...{
    serverName: 'gpu-2',
    findings: [
      {
        rule: 'port-policy',
        trap: 'X-021',
        severity: 'error',
        place: { file: 'compose.yaml', line: 4, service: 'gateway' },
        reason: 'Port 8000 is open.',
        fix: 'Bind it.',
      },
    ],
  },
  pulls: {
    images: [{ reference: 'gw:2', services: ['gateway'], state: 'missing', onServer: null, inRegistry: null, bytes: 1024 ** 3, why: null }],
    ...{ bytes: 1024 ** 3, neededBytes: 3 * 1024 ** 3, freeBytes: 1024 ** 3, fits: false },
  },
});

async function open(plans: DeployPlan[], server: string | null = null) {
  const onServer = vi.fn();
  const onAccept = vi.fn();
  await render(<PlanView plans={plans} server={server} onServer={onServer} accepted={[]} onAccept={onAccept} />);
  return { onServer, onAccept };
}

it('says what changes and why before what stays, with the requests that would be lost', async () => {
  await open([plan()]);
  const services = page.getByRole('list', { name: 'Services on gpu-1' });
  await text(services.getByRole('listitem')).toMatch(/gatewaymade anewimage changes.*3 requests.*~ 40 s/);
  await page.getByRole('button', { name: 'Show what changes in gateway' }).click();
  await text(services).toMatch(/gw:1 → gw:2/);
  await expect.element(page.getByText('db', { exact: true })).not.toBeInTheDocument();
  await page.getByRole('button', { name: '1 service stays as it is: db' }).click();
  await expect.element(page.getByText('nothing of it changes')).toBeVisible();
});

it('shows the change of a file', async () => {
  await open([plan()]);
  await text(page.getByRole('region', { name: 'What changes in config/gateway.toml' })).toMatch(/debug = true.*debug = false/);
});

it('looks first at the server in whose way something stands, and has its errors accepted by rule', async () => {
  const { onServer, onAccept } = await open([plan(), opened]);
  await expect.element(page.getByRole('heading', { name: 'gpu-2' })).toBeVisible();
  await expect.element(page.getByText(/it does not fit/)).toBeVisible();
  await expect.element(page.getByText('the images do not fit on the disk of 1 server')).toBeVisible();
  await page.getByRole('checkbox').click();
  expect(onAccept).toHaveBeenCalledWith('port-policy', true);
  await page.getByRole('button', { name: /^gpu-1/ }).click();
  expect(onServer).toHaveBeenCalledWith('gpu-1');
});

it('shows what the address names', async () => {
  await open([plan(), opened], 'gpu-1');
  await expect.element(page.getByRole('heading', { name: 'gpu-1' })).toBeVisible();
});
