import { expect, test } from '../pages/fixtures.ts';

test('the ledger is filtered by its address, verified with the place of what is out of reach, and names who waits for entries', async ({
  page,
  ownSimulator,
}) => {
  await page.goto(`${ownSimulator.url}/#/activity?q=apt-get&outcome=partly-failed`);
  await expect(page.getByRole('row', { name: /apt-get -y upgrade/ })).toHaveCount(1);
  await page.getByRole('textbox', { name: 'Filter changes' }).fill('nothing like it');
  await expect(page.getByText('No change fits')).toBeVisible();
  await page.getByRole('tab', { name: /Copies on servers, 1 behind/ }).click();
  await expect(page.getByText('3 entries on the way: ssh.connect-timeout')).toBeVisible();
  await page.getByRole('button', { name: 'Verify' }).click();
  await expect(page.getByRole('region', { name: 'This computer' }).getByText(/records, all whole/)).toBeVisible();
});

test('an incident is opened, noted, raised and closed, and each stands in its timeline', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/incidents`);
  await expect(page.getByText(/on call: /)).toBeVisible();
  await page.getByRole('button', { name: 'Open an incident' }).click();
  await page.getByLabel('What is wrong').fill('Answers are empty');
  await page.getByRole('textbox', { name: 'Servers' }).fill('gpu-eu-01');
  await page.getByLabel('What you saw').fill('since noon');
  await page.getByRole('button', { name: 'Open it' }).click();
  await expect(page.getByRole('heading', { name: 'Answers are empty' })).toBeVisible();
  const timeline = page.getByRole('list', { name: 'Timeline' });
  await expect(timeline.getByRole('listitem')).toHaveText([/Opened at level 1/, /since noon/, /Evidence collected/]);
  await page.getByLabel('What you saw or did').fill('Restarted the engine');
  await page.getByRole('button', { name: 'Note it' }).click();
  await page.getByRole('button', { name: 'Change level' }).click();
  await page.getByLabel('Why').fill('everybody is affected');
  await page.getByRole('button', { name: 'Change it' }).click();
  await expect(page.getByRole('complementary', { name: 'Escalation' }).getByText('Level 2, degraded')).toBeVisible();
  await page.getByRole('button', { name: 'Close it' }).click();
  await page.getByLabel('What it was, and what ended it').fill('A full cache');
  await page.getByRole('dialog').getByRole('button', { name: 'Close it' }).click();
  await expect(timeline.getByRole('listitem').last()).toContainText('Closed: A full cache');
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Postmortem draft' }).click();
  expect((await download).suggestedFilename()).toMatch(/^INC-\d+\.md$/);
});

test('a runbook is run for an incident that it opens, and for one that is open; each run stands in its timeline', async ({ page, ownSimulator }) => {
  const run = async () => {
    await page.getByLabel('Public key of the operators').fill(`ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)} Lin`);
    await page.getByRole('button', { name: /^Run on/ }).click();
    await expect(page).toHaveURL(/#\/operations\/op_/);
  };
  const title = 'Disk full';
  await page.goto(`${ownSimulator.url}/#/workflows/disk-full?on=env:staging`);
  await page.getByLabel('Incident', { exact: true }).click();
  await page.getByRole('option', { name: 'Open one for this run' }).click();
  await page.getByLabel('What is wrong').fill('Nothing answers');
  await run();
  const show = async () => {
    await page.goto(`${ownSimulator.url}/#/incidents`);
    await page.getByRole('link', { name: 'Nothing answers' }).click();
  };
  await show();
  const timeline = page.getByRole('list', { name: 'Timeline' });
  await expect(timeline.getByRole('listitem')).toHaveText([/Opened at level 1, alert, from the runbook/, /Evidence collected/, new RegExp(title)]);
  await page.getByRole('button', { name: 'Run a runbook' }).click();
  await page.getByLabel('Runbook', { exact: true }).click();
  await page.getByRole('option', { name: title, exact: true }).click();
  await page.getByRole('button', { name: 'Prepare the run' }).click();
  await expect(page.getByLabel('Incident', { exact: true })).toContainText('Nothing answers');
  await run();
  await show();
  await expect(timeline.getByRole('listitem')).toHaveText([/^.*opened/, /Evidence collected/, new RegExp(title), new RegExp(title)]);
});

test('somebody is known once their fingerprint was compared, and a code that is none is refused before anything is signed', async ({ page, ownSimulator }) => {
  await page.goto(`${ownSimulator.url}/#/settings`);
  await page.getByRole('button', { name: "Know somebody's key" }).click();
  await page.getByLabel('Their public key').fill(`ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)} Lin`);
  await expect(page.getByText(/^SHA256:/).last()).toBeVisible();
  await expect(page.getByRole('button', { name: 'Know them' })).toBeDisabled();
  await page.getByRole('checkbox', { name: 'They have read this fingerprint to me' }).click();
  await page.getByRole('button', { name: 'Know them' }).click();
  await expect(page.getByRole('list', { name: 'People' }).getByText('Lin', { exact: true })).toBeVisible();
  await page.getByRole('button', { name: 'Sign an approval' }).click();
  await page.getByLabel('The code that you were sent').fill('hello');
  await expect(page.getByRole('alert')).toContainText('approval.unusable');
  await expect(page.getByRole('button', { name: 'Approve and sign' })).toBeDisabled();
});
