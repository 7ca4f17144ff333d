import { ORPCError } from '@orpc/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import { type AlertTimesView, usualAlertTimes } from '../../../shared/model/alertTimes.ts';
import type { client } from '../../client/client.ts';
import { TimesSection } from './TimesSection.tsx';

type Times = typeof client.alerts.times;
const usual: AlertTimesView = { times: usualAlertTimes, usual: usualAlertTimes, changedBy: null, changedAtMs: null };
const changed = { ...usualAlertTimes, critical: { repeatS: 7200, escalateS: [900, 1800] } };

/** The section over a core that has these times, and takes what is saved. */
async function open(first: AlertTimesView = usual) {
  let view = first;
  const save = vi.fn(async ({ times }: Parameters<Times['save']>[0]) => {
    view = { ...usual, ...(times === null ? {} : { times, changedBy: 'Ada', changedAtMs: Date.now() }) };
    return view;
  });
  await render(
    <QueryClientProvider client={new QueryClient()}>
      <TimesSection calls={{ show: (async () => view) as Times['show'], save: save as unknown as Times['save'] }} />
    </QueryClientProvider>,
  );
  await expect.element(page.getByRole('table')).toBeVisible();
  return save;
}
const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });
/** Beside the mark that no core is connected. */
const said = () => page.getByRole('status').filter({ hasNotText: 'Not live' });

it('shows the times that count, and saves what was changed and nothing else', async () => {
  const save = await open();
  await expect.element(field('critical: Told again every')).toHaveValue('4 h');
  await expect.element(field('advice: Level 2 after')).toHaveValue('');
  await expect.element(said()).toMatchTextContent('these are the usual times');
  await expect.element(button('Save')).toBeDisabled();
  await expect.element(button('Usual times')).toBeDisabled();
  await field('critical: Level 2 after').fill('15 min');
  await field('critical: Told again every').fill('2 h');
  await button('Save').click();
  expect(save).toHaveBeenCalledExactlyOnceWith({ requestId: expect.any(String), times: changed });
  await expect.element(said()).toMatchTextContent(/^changed by Ada/);
  await expect.element(button('Save')).toBeDisabled();
});

it('takes a time that is written otherwise for the same', async () => {
  const save = await open();
  await field('critical: Level 2 after').fill('0.5 h');
  await field('critical: Level 3 after').fill('1800 s');
  await userEvent.keyboard('{Enter}');
  await expect.element(button('Save')).toBeDisabled();
  expect(save).not.toHaveBeenCalled();
});

it('marks the field that is wrong, says why, and saves nothing before it is right', async () => {
  const save = await open();
  await field('warning: Level 3 after').fill('1 h');
  await expect.element(said()).toMatchTextContent('it goes to level 3 from level 2 only');
  await expect.element(field('warning: Level 2 after')).toHaveAttribute('aria-invalid', 'true');
  await expect.element(field('critical: Level 2 after')).not.toHaveAttribute('aria-invalid');
  await userEvent.keyboard('{Enter}');
  expect(save).not.toHaveBeenCalled();
  await field('warning: Level 2 after').fill('30 min');
  await userEvent.keyboard('{Enter}');
  await vi.waitFor(() => expect(save).toHaveBeenCalledOnce());
  expect(save.mock.calls[0]?.[0].times?.warning.escalateS).toEqual([1800, 3600]);
});

it('goes back to the usual times where others count', async () => {
  const save = await open({ ...usual, times: changed, changedBy: 'Ada', changedAtMs: Date.now() - 60_000 });
  await expect.element(field('critical: Level 2 after')).toHaveValue('15 min');
  await button('Usual times').click();
  expect(save).toHaveBeenCalledExactlyOnceWith({ requestId: expect.any(String), times: null });
  await expect.element(field('critical: Level 2 after')).toHaveValue('30 min');
  await expect.element(button('Usual times')).toBeDisabled();
});

it('keeps what was typed where it could not be saved', async () => {
  const save = await open();
  save.mockRejectedValueOnce(new ORPCError('input.invalid', { defined: true, data: { issues: [{ path: 'times', message: 'no' }] } }));
  await field('advice: Told again every').fill('1 day');
  await button('Save').click();
  await expect.element(page.getByRole('alert')).toBeVisible();
  await expect.element(field('advice: Told again every')).toHaveValue('1 day');
  await expect.element(button('Save')).toBeEnabled();
});
