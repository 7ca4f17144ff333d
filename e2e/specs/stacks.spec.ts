import { fileURLToPath } from 'node:url';
import { expect, test } from '../pages/fixtures.ts';
import { accessibilityFindings, horizontalOverflow, layoutShift, settled, watchPage } from '../pages/measures.ts';

const artifacts = fileURLToPath(new URL('../.artifacts/', import.meta.url));

test('a deploy to production goes step by step, each an address: values, servers, plan with what has to be accepted, numbers, the name', async ({
  page,
  ownSimulator,
}) => {
  const { errors } = await watchPage(page);
  const button = (name: string) => page.getByRole('button', { name, exact: true }).last();
  await page.goto(`${ownSimulator.url}/#/stacks/privaxai/deploy?on=gpu-us-05`);
  await page.getByLabel('Model', { exact: true }).fill('qwen3:8b');
  await expect(page.getByText('given here', { exact: true })).toBeVisible();
  await button('Servers').click();
  await expect(page.getByRole('list', { name: 'Picked servers' })).toContainText(/gpu-us-05.*production.*r39/s);
  await page.getByRole('button', { name: /stage-13/ }).click();
  await expect(page.getByRole('list', { name: 'Picked servers' }).getByRole('listitem')).toHaveCount(2);
  await page.screenshot({ path: `${artifacts}deploy-servers.png` });

  await button('Show the plan').click();
  await expect(page).toHaveURL(/step=plan/);
  await expect(page.getByRole('list', { name: 'In numbers' })).toContainText('2 containers interrupted');
  await page
    .getByRole('button', { name: /^Show what changes in/ })
    .first()
    .click();
  await expect(page.getByText('environment.LOG changes', { exact: true })).toBeVisible();
  await settled(page);
  await page.screenshot({ path: `${artifacts}deploy-plan.png` });
  expect(await accessibilityFindings(page)).toEqual([]);
  await page.goBack();
  await expect(page.getByRole('list', { name: 'Picked servers' })).toBeVisible();
  await page.goForward();

  await expect(button('Confirm')).toBeDisabled();
  await page.getByRole('checkbox').check();
  await button('Confirm').click();
  await expect(page.getByText('Errors of lint: port-policy')).toBeVisible();
  await button('Start the rollout').click();
  const dialog = page.getByRole('dialog', { name: 'Deploy PrivaXAI in production' });
  await expect(dialog).toContainText('without answers');
  await expect(dialog.getByRole('button', { name: 'Deploy' })).toBeDisabled();
  await settled(page);
  await page.screenshot({ path: `${artifacts}deploy-confirm.png` });
  await dialog.getByLabel('Confirm by name').fill('gpu-us-05,stage-13');
  await dialog.getByRole('button', { name: 'Deploy' }).click();
  await expect(page.getByRole('heading', { name: 'Rolling privaxai' })).toBeVisible();
  await expect(page.getByText('The release serves on 2 servers')).toBeVisible({ timeout: 40_000 });
  const lane = page.getByRole('list', { name: 'Lanes' }).getByRole('listitem').filter({ hasText: 'gpu-us-05' });
  await expect(lane).toContainText(/r39 → r40.*r40 serves.*first token 364 ms.*before 388 ms/s);
  await page.getByRole('button', { name: 'Roll back' }).click();
  await expect(page.getByRole('dialog', { name: 'Go back to the release before' })).toContainText('privaxai on 2 servers');
  expect(errors).toEqual([]);
});

test('an address of a deploy brings back what it holds, and what is still needed is said', async ({ page, ownSimulator }) => {
  const set = encodeURIComponent(JSON.stringify({ model: 'x', gatewayPort: '99999' }));
  await page.goto(`${ownSimulator.url}/#/stacks/privaxai/deploy?on=gpu-us-05&set=${set}`);
  await expect(page.getByLabel('Model', { exact: true })).toHaveValue('x');
  await expect(page.getByText('Still needed: Port of the gateway')).toBeVisible();
  await page.goto(`${ownSimulator.url}/#/stacks/privaxai/deploy?on=gpu-us-05&step=plan&set=${set}`);
  await expect(page.getByText('Before there can be a plan these are needed: Port of the gateway.')).toBeVisible();
});

test('what runs where is filtered, and the catalogue with it', async ({ page, ownSimulator }) => {
  const { errors } = await watchPage(page);
  await page.setViewportSize({ width: 1024, height: 700 });
  await page.goto(`${ownSimulator.url}/#/stacks`);
  const matrix = page.getByRole('grid', { name: 'Stacks by server' });
  await expect(matrix.getByRole('row').nth(1)).toBeVisible();
  await settled(page);
  expect(await layoutShift(page)).toBeLessThanOrEqual(0.02);
  expect(await horizontalOverflow(page)).toBeLessThanOrEqual(0);
  await page.getByRole('button', { name: /^Needs a look/ }).click();
  await expect(matrix.getByRole('row')).toHaveCount(2);
  await expect(matrix).toContainText('down');
  await page.getByLabel('Filter stacks and servers').fill('banksight');
  await expect(page.getByRole('grid', { name: /^Catalogue/ }).getByRole('row')).toHaveCount(2);
  await expect(page).toHaveURL(/show=unwell/);
  expect(errors).toEqual([]);
});

test('a rollout that did not pass says why in a sentence, what serves now, and where the evidence lies', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/operations/op_rolloutback00000`);
  const lane = page.getByRole('list', { name: 'Lanes' }).getByRole('listitem').first();
  await expect(lane).toContainText('r21 is back and serves');
  await expect(lane).toContainText('Health gate did not pass. The model answers: the first token takes 1240 ms, before it took 388 ms');
  await expect(lane.getByRole('link', { name: 'Evidence' })).toHaveAttribute('href', /files\?path=.*banksight%2Freleases%2Fr22%2Fevidence%2Ffailed/);
  await lane.getByRole('button', { name: 'Output' }).click();
  await expect(page.getByRole('complementary', { name: 'Details of the cell' })).toContainText('Health gate on gpu-eu-03');
  await page.getByRole('link', { name: 'Deploy again' }).click();
  await expect(page).toHaveURL(/stacks\/banksight\/deploy\?on=gpu-eu-03/);
});
