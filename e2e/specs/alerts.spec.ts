import { expect, test } from '../pages/fixtures.ts';

test('an alert is acknowledged by a key, and the toast takes it back', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/alerts`);
  const place = page.getByRole('link', { name: 'Alerts 6 firing' });
  await expect(place).toBeVisible();
  await expect(page.getByRole('row', { name: /Disk is full/ })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('a');
  const toast = page.getByText('Disk is full acknowledged');
  await expect(toast).toBeVisible();
  await expect(page.getByRole('link', { name: 'Alerts 5 firing' })).toBeVisible();
  await expect(page.getByRole('row', { name: /Disk is full.*Mara/ })).toBeVisible();
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(place).toBeVisible();
  await expect(page.getByRole('row', { name: /Disk is full.*nobody/ })).toBeVisible();
});

test('several are picked by keys and looked after at once', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/alerts`);
  await expect(page.getByRole('row', { name: /Disk is full/ })).toBeVisible();
  for (const key of ['j', 'x', 'j', 'x', 'a']) await page.keyboard.press(key);
  await expect(page.getByText('2 alerts acknowledged')).toBeVisible();
  await page.keyboard.press('?');
  await expect(page.getByText('Acknowledge, all that are picked')).toBeVisible();
});

test('a silence says what will be silent, holds it, and is ended', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/alerts`);
  await expect(page.getByRole('row', { name: /Disk is full/ })).toBeVisible();
  await page.keyboard.press('j');
  await page.keyboard.press('s');
  const dialog = page.getByRole('dialog', { name: 'Silence' });
  await expect(dialog.getByText('Disk full of /var/lib/docker on gpu-eu-01')).toBeVisible();
  await expect(dialog.getByText('1 open alert of now is held by it.')).toBeVisible();
  await dialog.getByRole('button', { name: '4 hours' }).click();
  await expect(dialog.getByText(/for 4 h\./)).toBeVisible();
  await expect(dialog.getByRole('button', { name: 'Silence it' })).toBeDisabled();
  await dialog.getByLabel('Why').fill('a new disk comes at noon');
  await page.keyboard.press('Enter');
  await expect(page.getByRole('row', { name: /Disk is full.*silenced by Mara.*a new disk comes at noon/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Silences' }).click();
  await page.getByRole('button', { name: 'End now: a new disk comes at noon' }).click();
  await expect(page.getByRole('row', { name: /a new disk comes at noon.*ended by Mara/ })).toBeVisible();
  await page.getByRole('tab', { name: 'Now' }).click();
  await expect(page.getByRole('row', { name: /Disk is full.*nobody/ })).toBeVisible();
});

test('an alert shows what it is believed for, as a table too, and becomes an incident', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/alerts`);
  await page.getByRole('link', { name: 'Engine is stuck' }).click();
  await expect(page.getByRole('img', { name: /^Engine is stuck of gpu-eu-04/ })).toBeVisible();
  await expect(page.getByRole('list', { name: 'Events' })).toContainText('escalated to level 2');
  await expect(page.getByRole('list', { name: 'Deliveries' })).toContainText('503 Service Unavailable');
  await page.getByRole('button', { name: 'As a table' }).click();
  await expect(page.getByRole('table', { name: 'Readings' }).getByRole('row')).toHaveCount(41);
  await page.reload();
  await expect(page.getByRole('heading', { name: 'Engine is stuck' })).toBeVisible();
  await page.getByRole('button', { name: 'Open an incident' }).click();
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page).toHaveURL(/incidents\/INC-\d+/);
  await expect(page.getByRole('heading', { name: 'Engine is stuck' })).toBeVisible();
  const about = page.getByRole('complementary', { name: 'Escalation' });
  await expect(about).toContainText('Engine is stuck on gpu-eu-04');
  await expect(about).not.toContainText('engine-wedged/');
  await about.getByRole('link', { name: 'Engine is stuck' }).click();
  await expect(page).toHaveURL(/alerts\/engine-wedged/);
  await expect(page.getByRole('list', { name: 'Events' })).toContainText('escalated to level 2');
});

test('a rule is changed by a figure: problems and what it would have fired on are shown before it is saved', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/alerts/rules/disk-high`);
  const value = page.getByLabel('Bad when it is above');
  const save = page.getByRole('button', { name: 'Save' });
  await expect(page.getByRole('list', { name: 'Where it would have fired' }).getByRole('listitem').first()).toBeVisible();
  await expect(save).toBeDisabled();
  await value.fill('70');
  await expect(page.getByText(/it would be good again above 0.7, where it is still bad/)).toBeVisible();
  await page.getByLabel('Good again when it is at most').fill('68');
  await expect(page.getByText(/what is milder has to come first/)).toBeVisible();
  await expect(save).toBeDisabled();
  await value.fill('84,5');
  await page.getByLabel('Good again when it is at most').fill('83');
  await expect(page.getByText(/the saved rule/)).toBeVisible();
  await expect(page.getByText('was 85 %')).toBeVisible();
  await save.click();
  await expect(page.getByRole('button', { name: 'Reset to shipped' })).toBeVisible();
  await page.reload();
  await expect(value).toHaveValue('84.5');
  await page.getByRole('button', { name: 'Reset to shipped' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Reset' }).click();
  await expect(value).toHaveValue('85');
});

test('the text of a rule has its problems at their lines, and what was typed is not lost by leaving', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/alerts/new-rule`);
  const text = page.getByLabel('Text of the rule');
  await text.click();
  await page.keyboard.press('Control+Home');
  await page.keyboard.press('Control+f');
  await page.keyboard.press('Escape');
  await text.pressSequentially('severity: high\n');
  await expect(page.locator('.cm-problem-error').first()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Save' })).toBeDisabled();
  await page.getByRole('link', { name: 'Rules', exact: true }).click();
  await expect(page.getByRole('dialog', { name: 'Leave without saving?' })).toBeVisible();
  await page.getByRole('button', { name: 'Stay' }).click();
  await expect(text).toContainText('severity: high');
});

test('a rule is found by words and switched off', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/alerts?tab=rules`);
  await page.getByLabel('Filter rules').fill('inodes');
  const row = page.getByRole('row', { name: /File system has few inodes left/ });
  await expect(row).toContainText('above 90 %');
  await row.getByRole('button', { name: /^Switch off/ }).click();
  await expect(row.getByText('off', { exact: true })).toBeVisible();
});

test('a test of a channel says what really came of it', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/alerts?tab=channels`);
  await page.getByRole('button', { name: 'Test pager' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'refused' })).toContainText('400 Bad Request: Invalid routing key');
  await page.getByRole('button', { name: 'Test ops-chat' }).click();
  await expect(page.getByRole('status').filter({ hasText: 'taken' })).toBeVisible();
});

test('a channel is added with a secret that is not shown again', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/alerts?tab=channels`);
  await page.getByRole('button', { name: 'New channel' }).click();
  await page.getByLabel('Name').fill('night-watch');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByText('it cannot do without')).toBeVisible();
  await page.getByLabel('Webhook address').fill('https://chat.example.com/hooks/not-for-eyes');
  await page.getByRole('button', { name: 'Add' }).click();
  await expect(page.getByText(/chat\.example\.com/)).toBeVisible();
  await page.getByRole('button', { name: 'Change night-watch' }).click();
  await expect(page.getByLabel('Webhook address')).toHaveValue('');
  expect(await page.content()).not.toContain('not-for-eyes');
});

test('the history goes back page by page and is filtered', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/alerts?tab=history&since=all`);
  const table = page.getByRole('grid', { name: 'History of alerts' });
  await expect(table).toHaveAttribute('aria-rowcount', '101');
  await page.getByRole('button', { name: 'Older' }).click();
  await expect(table).toHaveAttribute('aria-rowcount', /^14\d$/);
  await expect(page.getByRole('button', { name: 'Older' })).toBeHidden();
  await page.getByLabel('Filter the history').fill('endpoint');
  await expect(page).toHaveURL(/q=endpoint/);
  await table.getByRole('link', { name: 'Endpoint does not answer as it should' }).first().click();
  await expect(page.getByText(/^over .* was critical/)).toBeVisible();
});

test('what is told on this computer comes up in the window and leads to the alert', async ({ page, ownSimulator }) => {
  const { world, url } = ownSimulator;
  const notice = (id: string, title: string) => {
    const [alert] = world.alerts.values();
    const to = `/alerts?item=${encodeURIComponent(alert?.key ?? '')}`;
    world.alertNotices.set(id, { id, title, body: 'gpu-eu-04: no token came for two minutes', to, severity: 'critical', atMs: Date.now() });
  };
  notice('before', 'It was told before');
  await page.goto(`${url}/#/fleet`);
  await expect(page.getByRole('link', { name: 'Alerts 6 firing' })).toBeVisible();
  notice('now', 'Engine does not answer');
  await page.getByRole('button', { name: /Engine does not answer/ }).click();
  await expect(page.getByRole('heading', { name: 'Engine is stuck' })).toBeVisible();
  await expect(page.getByText('It was told before')).toBeHidden();
});

test('where all servers are lost at once, it is said once that it is this computer', async ({ page, ownSimulator }) => {
  ownSimulator.world.computerOut = true;
  await page.goto(`${ownSimulator.url}/#/alerts`);
  await expect(page.getByText('It is this computer, not the servers.')).toBeVisible();
});

test('alerts stay on the screen without a connection and say so; a fleet without any says what is watched', async ({ page, ownSimulator, simulators }) => {
  await page.goto(`${ownSimulator.url}/#/alerts`);
  await expect(page.getByRole('row', { name: /Disk is full/ })).toBeVisible();
  ownSimulator.disconnect();
  await expect(page.getByText(/Not live/).first()).toBeVisible();
  await expect(page.getByRole('row', { name: /Disk is full/ })).toBeVisible();
  const { url } = await simulators(0);
  await page.goto(`${url}/#/alerts`);
  await expect(page.getByRole('heading', { name: 'Nothing is wrong' })).toBeVisible();
  await expect(page.getByText(/\d+ rules watch every connected server/)).toBeVisible();
});
