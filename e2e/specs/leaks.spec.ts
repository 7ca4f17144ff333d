import type { CDPSession, Page } from '@playwright/test';
import { expect, test } from '../pages/fixtures.ts';
import { settled } from '../pages/measures.ts';

const rounds = 6;
/** A screen from which the others are visited; what it holds itself is the same each time. */
const between = '/backups';
const visited = [
  { name: 'settings', path: '/settings', heading: 'Settings' },
  { name: 'fleet', path: '/fleet', heading: 'Fleet' },
  { name: 'server', path: '/servers/gpu-eu-01/overview', heading: 'gpu-eu-01' },
  { name: 'health', path: '/health?on=gpu-eu-01', heading: 'Health' },
  { name: 'alerts', path: '/alerts', heading: 'Alerts' },
  { name: 'rules', path: '/alerts?tab=rules', heading: 'Alerts' },
  { name: 'channels', path: '/alerts?tab=channels', heading: 'Alerts' },
];

/** Elements and listeners that are held, shown or not, after what nobody holds was collected. */
async function held(session: CDPSession): Promise<{ nodes: number; listeners: number }> {
  for (let times = 0; times < 3; times += 1) await session.send('HeapProfiler.collectGarbage');
  const { nodes, jsEventListeners } = await session.send('Memory.getDOMCounters');
  return { nodes, listeners: jsEventListeners };
}

/** By how much figures usually grow from one to the next. */
function growth(figures: readonly number[]): number {
  const steps = figures.slice(1).map((figure, index) => figure - (figures[index] ?? 0));
  return steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
}

async function visit(page: Page, url: string, path: string, heading: string): Promise<void> {
  await page.goto(`${url}/#${path}`);
  await expect(page.getByRole('heading', { name: heading }).first()).toBeVisible();
  await settled(page);
}

/** What is held more after each visit of a screen. */
async function grownBy(page: Page, url: string, { name, path, heading }: (typeof visited)[number]) {
  const session = await page.context().newCDPSession(page);
  const round = async () => {
    await visit(page, url, path, heading);
    await visit(page, url, between, 'Backups');
  };
  await round();
  const found = [await held(session)];
  for (let index = 0; index < rounds; index += 1) {
    await round();
    found.push(await held(session));
  }
  console.log(`${name}: ${found.map(({ nodes, listeners }) => `${nodes}/${listeners}`).join(' ')} nodes and listeners after each visit`);
  // React holds what was shown last for as long as nothing takes its place, which is one jump; a leak is one more at each visit.
  return { nodes: growth(found.map(({ nodes }) => nodes)), listeners: growth(found.map(({ listeners }) => listeners)) };
}

for (const screen of visited) {
  test(`leaving ${screen.name} lets go of its elements and listeners`, async ({ page, simulators }) => {
    const { nodes, listeners } = await grownBy(page, (await simulators(20)).url, screen);
    expect(nodes).toBeLessThan(40);
    expect(listeners).toBeLessThan(8);
  });
}

test('what a screen would keep is seen', async ({ page, simulators }) => {
  await page.addInitScript(() => {
    const kept: Element[] = [];
    window.addEventListener('hashchange', () => {
      for (let index = 0; index < 50; index += 1) {
        const element = document.createElement('i');
        element.addEventListener('click', () => kept.length);
        kept.push(element);
      }
    });
  });
  const { nodes, listeners } = await grownBy(page, (await simulators(20)).url, { name: 'a planted leak', path: '/fleet', heading: 'Fleet' });
  expect(nodes).toBeGreaterThanOrEqual(100);
  expect(listeners).toBeGreaterThanOrEqual(90);
});
