import { expect, it, vi } from 'vitest';
import { page } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import type { Fit, FitRequirement } from '../../../shared/model/fit.ts';
import { FitSection } from './FitSection.tsx';
import { type FitTarget, parseTarget } from './fitTarget.ts';
import type { FitView } from './useFit.ts';

const need = (title: string, verdict: FitRequirement['verdict'], more: Partial<FitRequirement> = {}): FitRequirement => ({
  ...{ id: title, title, need: `need of ${title}`, have: `have of ${title}`, verdict, level: 'required', reason: null, remedy: null },
  ...more,
});
const fitOf = (id: string, verdict: Fit['verdict'], requirements: FitRequirement[] = []): Fit => ({
  ...{ server: 'gpu-1', target: { kind: id === 'privaxai' ? 'stack' : 'tier', id, title: id.charAt(0).toUpperCase() + id.slice(1) } },
  ...{ factsReadAtMs: 1, verdict, requirements },
});
const recommended = fitOf('recommended', 'short', [
  need('Memory', 'meets'),
  need('Network', 'unknown', { have: null, reason: 'No card tells its speed.' }),
  need('GPUs', 'short', { reason: 'The only GPU shows 15 GiB.', remedy: 'Add a card.' }),
]);
const view: FitView = {
  ...{ tiers: [fitOf('minimum', 'meets'), recommended, fitOf('optimal', 'unknown')], stack: undefined, catalog: [{ id: 'privaxai', title: 'PrivaXAI' }] },
  ...{ isPending: false, error: null, refetch: () => {} },
};

async function open(given: Partial<FitView>, target: FitTarget = parseTarget('recommended'), factsReadAtMs = Date.now()) {
  const onTarget = vi.fn();
  await render(<FitSection view={{ ...view, ...given }} factsReadAtMs={factsReadAtMs} target={target} onTarget={onTarget} />);
  return onTarget;
}

it('explains what is not met before what is, with need, have and what would mend it', async () => {
  await open({});
  await expect.element(page.getByText('Does not fit Recommended')).toBeVisible();
  await expect.element(page.getByText('· 1 short, 1 unknown')).toBeVisible();
  const rows = page
    .getByRole('row')
    .elements()
    .map((row) => row.textContent);
  expect(rows.slice(1)).toEqual([
    'GPUsshortneed of GPUshave of GPUs',
    'The only GPU shows 15 GiB. Add a card.',
    'Networkunknownneed of Networknot known',
    'No card tells its speed. ',
    'Memorymeetsneed of Memoryhave of Memory',
  ]);
});

it('sets the server against another tier or a stack on a press', async () => {
  const onTarget = await open({});
  await page.getByRole('button', { name: /^Optimal/ }).click();
  expect(onTarget).toHaveBeenLastCalledWith({ kind: 'tier', id: 'optimal' });
  await page.getByRole('combobox').click();
  await page.getByRole('option', { name: 'PrivaXAI' }).click();
  expect(onTarget).toHaveBeenLastCalledWith({ kind: 'stack', id: 'privaxai' });
});

it('marks what a stack only advises, and does not count it', async () => {
  const stack = fitOf('privaxai', 'meets', [
    need('Memory', 'meets'),
    need('GPUs', 'short', { id: 'advised', level: 'advised', reason: 'There is no NVIDIA GPU.' }),
  ]);
  await open({ stack }, parseTarget('stack:privaxai'));
  await expect.element(page.getByText('Fits Privaxai')).toBeVisible();
  await expect.element(page.getByText('· advised')).toBeVisible();
  await expect.element(page.getByText('short,')).not.toBeInTheDocument();
});

it('says that it is on its way, what went wrong and how to try again, and that facts are old', async () => {
  await open({ tiers: undefined, isPending: true });
  await expect.element(page.getByRole('status', { name: 'Setting the server against it' })).toBeVisible();
  const refetch = vi.fn();
  await open({ error: new Error('x'), refetch }, parseTarget('stack:privaxai'), Date.now() - 30 * 86_400_000);
  await expect.element(page.getByRole('alert')).toBeVisible();
  await page.getByRole('button', { name: 'Judge again' }).click();
  expect(refetch).toHaveBeenCalledOnce();
  await expect.element(page.getByText('30 d ago')).toHaveAttribute('title', expect.stringContaining('stale'));
});
