import { expect, test } from '../pages/fixtures.ts';
import { accessibilityFindings, settled } from '../pages/measures.ts';

const place = (url: string, rest = '') => `${url}/#/servers/gpu-eu-01/stacks/ai-gateway${rest}`;

test('a service is restarted after a warning that the definition has changed, and production asks for its name', async ({ page, ownSimulator }) => {
  await page.goto(place(ownSimulator.url));
  await expect(page.getByRole('row', { name: /litellm/ })).toContainText('2');
  await page.getByRole('button', { name: 'Restart litellm' }).click();
  await expect(page.getByRole('dialog')).toContainText('1 container (litellm) on gpu-eu-01 restarts');
  await expect(page.getByRole('dialog')).toContainText('a restart starts them as they are and does not read it');
  await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
  await page.getByLabel('Confirm by name').fill('gpu-eu-01');
  await page.getByRole('dialog').getByRole('button', { name: 'Restart' }).click();
  await expect(page).toHaveURL(/\/operations\//);
});

test('two releases are compared without a secret being told, and the way back is taken only after its plan', async ({ page, ownSimulator }) => {
  await page.goto(place(ownSimulator.url, '?view=releases'));
  await expect(page.getByText('From r2 to r3:')).toBeVisible();
  await expect(page.getByRole('list', { name: 'Secrets' })).toContainText('POSTGRES_PASSWORD changed');
  const files = page.getByRole('region', { name: 'Difference of compose.yaml' });
  await expect(files.locator('ins').first()).toContainText('image: registry.example');
  await page.getByRole('button', { name: 'Files side by side' }).click();
  await expect(
    files
      .locator('tr', { has: page.locator('del') })
      .first()
      .locator('ins'),
  ).toHaveCount(1);
  await page.getByRole('button', { name: 'Compare from r1' }).click();
  await expect(page).toHaveURL(/from=r1&to=r3/);
  await page.getByRole('list', { name: 'Releases' }).getByRole('button', { name: 'Go back to r2' }).click();
  await expect(page.getByRole('dialog')).toContainText('made anew');
  await page.getByRole('dialog').getByRole('button', { name: 'Go back to r2' }).click();
  await page.getByLabel('Confirm by name').fill('gpu-eu-01');
  await page.getByRole('button', { name: 'Roll back' }).click();
  await expect(page).toHaveURL(/\/operations\//);
});

test('a difference is reverted, another cannot be adopted, and a server that is away is not said to have none', async ({ page, ownSimulator }) => {
  await page.goto(place(ownSimulator.url, '?view=drift'));
  await expect(page.getByText('6 differences between r3 and the server')).toBeVisible();
  const secret = page.getByRole('listitem').filter({ hasText: 'PASSWORD is another one' });
  await expect(secret.getByRole('button', { name: 'Adopt' })).toBeDisabled();
  await secret.getByRole('button', { name: 'Revert' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Revert' }).click();
  await page.getByLabel('Confirm by name').fill('gpu-eu-01');
  await page.getByRole('dialog').getByRole('button', { name: 'Revert' }).click();
  await expect(page).toHaveURL(/\/operations\//);
  await page.goBack();
  await page.getByRole('button', { name: 'Compare again' }).click();
  await expect(page.getByText('5 differences between r3 and the server')).toBeVisible();
  await page.goto(`${ownSimulator.url}/#/servers/stage-13/stacks/banksight?view=drift`);
  await expect(page.getByRole('heading', { name: 'Whether it has drifted is not known' })).toBeVisible();
});

test('a prune says what goes and what stays, and takes data only by its name', async ({ page, ownSimulator }) => {
  await page.goto(place(ownSimulator.url, '?view=space'));
  await expect(page.getByRole('list', { name: 'What stays' })).toContainText('r3');
  await page.getByLabel('Remove ph-ai-gateway_cache_old with its data').check();
  await page.getByRole('button', { name: 'Prune' }).click();
  await expect(page.getByRole('dialog')).toContainText('With data: ph-ai-gateway_cache_old');
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Prune' })).toBeDisabled();
  await page.getByLabel('Confirm by name').fill('ph-ai-gateway_cache_old');
  await expect(page.getByRole('dialog').getByRole('button', { name: 'Prune' })).toBeEnabled();
});

test('files of one’s own are judged by line, and a finding is explained', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/lint?view=files`);
  const text = 'services:\n  db:\n    image: postgres:latest\n    ports: ["5432:5432"]\n';
  await page.getByLabel('Files of a compose project').setInputFiles({ name: 'compose.yaml', mimeType: 'text/yaml', buffer: Buffer.from(text) });
  await expect(page.getByRole('list', { name: 'Findings in compose.yaml' })).toContainText('Port 5432 of db');
  await page.getByRole('button', { name: 'Explain X-002' }).click();
  await expect(page.getByRole('complementary', { name: 'About X-002' })).toContainText('DOCKER-USER');
  await expect(page).toHaveURL(/explain=X-002/);
  await settled(page);
  expect(await accessibilityFindings(page)).toEqual([]);
});

test('a project is taken from a repository, taken anew with what changed, and one that runs unknown is adopted', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/projects`);
  await page.getByRole('button', { name: 'Add a project' }).click();
  await page.getByRole('button', { name: 'A git repository' }).click();
  await page.getByLabel('Address').fill('git@git.example.com:team/Shop.git');
  await expect(page.getByLabel('Name', { exact: true })).toHaveValue('shop');
  await page.getByRole('button', { name: 'Take it' }).click();
  await expect(page.getByRole('region', { name: 'What was found' })).toContainText('.env.example is an example and was left out');
  await expect(page.getByRole('list', { name: 'Secrets' })).toContainText('POSTGRES_PASSWORD');
  await page.getByRole('button', { name: /^rag-bench/ }).click();
  await page.getByRole('button', { name: 'Take anew' }).click();
  await expect(page.getByRole('region', { name: 'What was found' })).toContainText('3 files changed');
  await page.getByRole('tab', { name: 'Found on servers' }).click();
  await page.getByRole('textbox', { name: 'Servers' }).fill('stage-09');
  await page.getByRole('button', { name: 'Adopt' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Adopt' }).click();
  await expect(page).toHaveURL(/\/operations\//);
});

test('a secret is found by what uses it, rotated in an order that is shown, and imported without being shown', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/secrets`);
  await page.getByLabel('Filter secrets').fill('pgbouncer');
  await page.getByRole('row', { name: /POSTGRES_PASSWORD.*gpu-eu-01/ }).click();
  await page.getByRole('button', { name: 'Rotate' }).click();
  await expect(page.getByRole('dialog').getByRole('listitem').nth(1)).toContainText('postgresql');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  await page.getByLabel('Confirm by name').fill('gpu-eu-01');
  await page.getByRole('dialog').getByRole('button', { name: 'Rotate' }).click();
  await expect(page).toHaveURL(/\/operations\//);
  await page.goto(`${ownSimulator.url}/#/secrets?dialog=import`);
  await page.getByLabel('For', { exact: true }).click();
  await page.getByRole('option', { name: 'AI gateway' }).click();
  await page.getByLabel('Env file', { exact: true }).fill('POSTGRES_PASSWORD=correct-horse\nLOG_LEVEL=debug\n');
  await expect(page.getByRole('list', { name: 'What is taken' })).toContainText('POSTGRES_PASSWORD');
  await expect(page.getByRole('list', { name: 'What is taken' })).not.toContainText('correct-horse');
  await page.getByRole('button', { name: 'Seal 1' }).click();
  await expect(page.getByText('1 secret sealed, 1 left out')).toBeVisible();
});
