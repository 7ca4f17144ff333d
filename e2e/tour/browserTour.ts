import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, type Page } from '@playwright/test';
import type { FleetServer } from '../fleet/testFleet.ts';
import { settled } from '../pages/measures.ts';
import { gatewayContainer } from './cliTour.ts';

const name = 'gpu-01';
/** Day 1 installs Docker, hardening brings all packages up to date; a deploy pulls images and waits for a gate to fail. */
const longMs = 600_000;

/** What the tour reports as it goes: what was shown, and the picture of it. */
export type BrowserStop = (what: string, picture: string) => void;

/**
 * The main job on a real server, as a person does it in the app along the day-1 guide: first screen, add, compare and trust the key, facts,
 * purpose and fit, day 1, hardening with the login switched, deploy, a healthy stack behind a closed firewall; then a request through the
 * gateway typed into a terminal, a broken update rolled back, releases, down. Takes a picture at each stop. Throws where the app does not
 * show what it should.
 */
export async function runBrowserTour(page: Page, server: FleetServer, pictures: string, report: BrowserStop = () => {}): Promise<void> {
  mkdirSync(pictures, { recursive: true });
  page.setDefaultTimeout(15_000);
  let number = 0;
  const stop = async (what: string) => {
    number += 1;
    const path = join(pictures, `${String(number).padStart(2, '0')}-${what.replaceAll(' ', '-')}.png`);
    await settled(page);
    await page.screenshot({ path });
    report(what, path);
  };
  const go = (address: string) => page.evaluate((hash) => window.location.assign(`#${hash}`), address);

  await expect(page.getByRole('heading', { name: 'No servers yet' })).toBeVisible();
  await stop('first screen');
  await addServer(page, server, stop);
  await trustServer(page, server, stop);

  await go(`/servers/${name}/overview`);
  await expect(page.getByText('Debian GNU/Linux 13 (trixie)', { exact: true })).toBeVisible({ timeout: 30_000 });
  await stop('server overview');

  await choosePurpose(page, go, stop);
  await runDay1(page, go, stop);
  await harden(page, go, stop);
  await deploy(page, go, stop, null);
  await expect(operationState(page)).toContainText('succeeded', { timeout: longMs });
  await stop('rollout succeeded');
  await go(`/servers/${name}/setup`);
  await expect(page.getByText(`${name} is set up: every stop is done.`)).toBeVisible({ timeout: 30_000 });
  await stop('set up');

  await askGateway(page, go, stop);
  await deploy(page, go, stop, '2025.10.2-broken');
  await expect(operationState(page)).toContainText('failed', { timeout: longMs });
  await expect(page.getByText('r1 is back').first()).toBeVisible();
  await stop('broken update rolled back');

  await workIncident(page, server, { go, stop, pictures });
  await takeDown(page, go, stop);
}

type Stop = (what: string) => Promise<void>;
type Go = (address: string) => Promise<void>;

/** The screen of an operation: its header says how it stands. */
function operationState(page: Page) {
  return page.getByRole('main');
}

async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByLabel(label, { exact: true }).click();
  await page.getByRole('option', { name: option, exact: true }).click();
}

async function addServer(page: Page, server: FleetServer, stop: Stop): Promise<void> {
  await page.getByRole('main').getByRole('button', { name: 'Add server' }).first().click();
  await page.getByLabel('Name', { exact: true }).fill(name);
  await choose(page, 'Environment', 'staging');
  await page.getByLabel('Host name or IP address').fill(server.host);
  await page.getByLabel('Port').fill(String(server.port));
  await page.getByLabel('Login').fill(server.user);
  await choose(page, 'Proves itself with', 'a key file');
  await page.getByLabel('Key file').fill(server.keyFile);
  await stop('add a server');
  await page.getByRole('button', { name: 'Add and show host key' }).click();
}

async function trustServer(page: Page, server: FleetServer, stop: Stop): Promise<void> {
  const dialog = page.getByRole('dialog', { name: `Trust ${name}?` });
  await expect(dialog).toContainText(await server.hostKeyFingerprint());
  await stop('compare the host key');
  await dialog.getByRole('button', { name: 'The fingerprint matches: trust' }).click();
  await expect(dialog).toBeHidden();
  await expect(page.getByRole('grid', { name: 'Fleet' }).getByText('healthy')).toBeVisible({ timeout: 30_000 });
  await stop('fleet');
}

/** The guide's stop that is to be done now. */
function openStop(page: Page) {
  return page.getByRole('main').locator('li[aria-current="step"]');
}

async function choosePurpose(page: Page, go: Go, stop: Stop): Promise<void> {
  await go(`/servers/${name}/setup`);
  await expect(openStop(page)).toContainText('Fit for its purpose');
  await stop('the way so far');
  await page.getByLabel('What it is for').click();
  await page.getByRole('option', { name: 'PrivaXAI' }).click();
  // The test server is smaller than the stack asks for, and the guide says so.
  await expect(openStop(page)).toContainText('privaxai:');
  await stop('too small for its purpose');
  await openStop(page).getByRole('button', { name: 'Go on without it' }).click();
  await page.getByLabel('Reason').fill('only a trial');
  await page.getByRole('button', { name: 'Go on without it' }).last().click();
  await expect(openStop(page)).toContainText('Day 1');
}

async function harden(page: Page, go: Go, stop: Stop): Promise<void> {
  await go(`/servers/${name}/setup`);
  await expect(openStop(page)).toContainText('Hardened');
  await stop('hardening is next');
  await openStop(page).getByRole('button', { name: 'Prepare the run' }).click();
  await stop('hardening, before');
  await page.getByRole('button', { name: 'Run on 1 server' }).click();
  await expect(page.getByRole('heading', { name: /hardening/i })).toBeVisible();
  await expect(operationState(page)).toContainText('succeeded', { timeout: longMs });
  await stop('hardening done');
  await go(`/servers/${name}/setup`);
  await expect(openStop(page)).toContainText('First deploy');
  await stop('deploy is next');
}

async function runDay1(page: Page, go: Go, stop: Stop): Promise<void> {
  const start = async () => {
    await go(`/workflows/day1-base?on=${name}`);
    await page.getByRole('button', { name: 'Run on 1 server' }).click();
  };
  await openStop(page).getByRole('button', { name: 'Prepare the run' }).click();
  await page.getByRole('button', { name: 'Run on 1 server' }).click();
  await expect(page.getByRole('gridcell').first()).toContainText('0 packages to upgrade', { timeout: longMs });
  await stop('day 1 running');
  await expect(operationState(page)).toContainText('succeeded', { timeout: longMs });
  await stop('day 1 done');
  await start();
  await expect(page.getByRole('gridcell').filter({ hasText: 'already so' })).toHaveCount(5, { timeout: longMs });
  await stop('day 1 again');
}

async function deploy(page: Page, go: Go, stop: Stop, gatewayVersion: string | null): Promise<void> {
  await go(`/stacks/privaxai/deploy?on=${name}`);
  const next = (step: string) => page.getByRole('button', { name: step, exact: true }).last();
  await expect(page.getByLabel('Gateway version')).toBeVisible();
  if (gatewayVersion !== null) await page.getByLabel('Gateway version').fill(gatewayVersion);
  else await stop('deploy parameters');
  await next('Servers').click();
  await next('Show the plan').click();
  await expect(page.getByText('tensorzero').first()).toBeVisible({ timeout: 60_000 });
  await stop(gatewayVersion === null ? 'deploy plan' : 'update plan');
  await next('Confirm').click();
  await next('Start the rollout').click();
  await expect(page.getByText('Health gate')).toBeVisible();
}

async function askGateway(page: Page, go: Go, stop: Stop): Promise<void> {
  await go(`/servers/${name}/overview`);
  await page.getByRole('button', { name: 'Shell', exact: true }).click();
  const screen = page.locator('.xterm-rows').first();
  await expect(screen).toContainText(/~\$/, { timeout: 30_000 });
  await page.locator('.xterm-helper-textarea').first().focus();
  const body = '{"model":"tensorzero::model_name::qwen2.5-coder:7b","messages":[{"role":"user","content":"What is the capital of France?"}]}';
  await page.keyboard.type(`curl -sS localhost:8000/openai/v1/chat/completions -H 'Content-Type: application/json' -d '${body}'\n`);
  await expect(screen).toContainText('Paris', { timeout: 30_000 });
  await stop('a request in the terminal');
}

/** The gateway hangs: an incident is opened from the runbook, worked in its run, and closed; its report and the draft are kept beside the pictures. */
async function workIncident(page: Page, server: FleetServer, { go, stop, pictures }: { go: Go; stop: Stop; pictures: string }): Promise<void> {
  const save = async (start: () => Promise<void>) => {
    const saved = page.waitForEvent('download');
    await start();
    const file = await saved;
    await file.saveAs(join(pictures, file.suggestedFilename()));
  };
  await server.mustExec(`docker kill -s STOP ${gatewayContainer}`);
  await go(`/workflows/gateway-not-responding?on=${name}`);
  await choose(page, 'Stack', 'privaxai');
  await choose(page, 'Incident', 'Open one for this run');
  await page.getByLabel('What is wrong').fill('The gateway does not answer');
  await stop('a runbook that opens an incident');
  await page.getByRole('button', { name: 'Run on 1 server' }).click();
  await answerStep(page, 'Start again what does not answer?', 'Yes', stop);
  await answerStep(page, 'What was it?', 'It is done', stop, 'Only the gateway hung; it was stopped by hand for a trial');
  await expect(operationState(page)).toContainText('succeeded', { timeout: longMs });
  await stop('the runbook is through');
  await save(async () => {
    await page.getByRole('button', { name: 'Report' }).click();
    await page.getByRole('menuitem', { name: 'PDF' }).click();
  });
  await go('/incidents/INC-1');
  await page.getByRole('button', { name: 'Close it' }).click();
  await page.getByLabel('What it was, and what ended it').fill('The gateway hung and was started again');
  await page.getByRole('dialog').getByRole('button', { name: 'Close it' }).click();
  await expect(page.getByRole('list', { name: 'Timeline' }).getByRole('listitem').last()).toContainText('Closed: The gateway hung');
  await stop('the incident is closed');
  await save(() => page.getByRole('button', { name: 'Postmortem draft' }).click());
}

async function answerStep(page: Page, step: string, answer: string, stop: Stop, words?: string): Promise<void> {
  const question = page.getByRole('region', { name: 'Question' });
  await expect(page.getByRole('heading', { name: step })).toBeVisible({ timeout: longMs });
  if (words !== undefined) await question.getByRole('textbox').fill(words);
  await stop(`asked ${step.toLowerCase().replaceAll('?', '')}`);
  await question.getByRole('button', { name: answer, exact: true }).click();
}

async function takeDown(page: Page, go: Go, stop: Stop): Promise<void> {
  await go(`/servers/${name}/stacks/privaxai?view=releases`);
  await expect(page.getByText('r2', { exact: true }).first()).toBeVisible({ timeout: 30_000 });
  await stop('releases');
  await go('/stacks/privaxai?tab=deployments');
  await page.getByRole('button', { name: `Actions for privaxai on ${name}` }).click();
  await page.getByRole('menuitem', { name: 'Take down' }).click();
  await page.getByRole('button', { name: 'Take down' }).click();
  await expect(operationState(page)).toContainText('succeeded', { timeout: longMs });
  await stop('taken down');
}
