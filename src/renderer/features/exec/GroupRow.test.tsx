import { expect, it, vi } from 'vitest';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import type { ExecGroup } from '../../../shared/contract/exec.ts';
import type { Operation } from '../../../shared/model/operation.ts';
import { GroupRow } from './GroupRow.tsx';

const nothing = { text: '', bytes: 0, lines: 0, cut: false };
const printed = (text: string) => ({ text, bytes: text.length, lines: 1, cut: false });
const group = (changes: Partial<ExecGroup> = {}): ExecGroup => ({
  ...{ key: 'x', state: 'done', exitCode: 0, error: null, servers: [0, 1, 2], begun: true, stdout: printed('one\n'), stderr: nothing, exact: true },
  ...changes,
});
const operation = { id: 'op_1', targets: ['gpu-01', 'gpu-02', 'gpu-03'].map((name) => ({ serverId: `id-${name}`, name })) } as unknown as Operation;
const show = (shown: ExecGroup, base: ExecGroup | null = null, onPick = () => {}) =>
  render(<GroupRow operation={operation} group={shown} base={base} onPick={onPick} />);

it('names its servers shortly, says how they ended, and shows what they printed', async () => {
  const screen = await show(group());
  const head = screen.getByRole('button', { name: /gpu-\[01-03\].*3 servers.*exit 0/ });
  await expect.element(head).toHaveAttribute('aria-expanded', 'true');
  await expect.element(screen.getByText('one')).toBeVisible();
  await head.click();
  await expect.element(head).toHaveAttribute('aria-expanded', 'false');
  expect(screen.container.textContent).not.toContain('one');
});

it('obeys no escape sequence of a server, and shows its standard error by itself', async () => {
  const screen = await show(group({ stdout: printed('a\u001b]0;owned\u0007b\u0000\n'), stderr: printed('<img src=x>\n'), exitCode: 3, state: 'failed' }));
  await expect.element(screen.getByText('ab', { exact: true })).toBeVisible();
  await expect.element(screen.getByText('standard error')).toBeVisible();
  await expect.element(screen.getByText('<img src=x>')).toBeVisible();
  expect(screen.container.querySelector('img')).toBeNull();
});

it('says that nothing was done where the command did not begin, and that nothing was printed', async () => {
  const untouched = await show(group({ begun: false, state: 'cancelled', exitCode: null, stdout: nothing }));
  expect(untouched.container.textContent).toContain('The command did not begin there: nothing was changed on them.');
  await expect.element(untouched.getByText('not touched')).toBeVisible();
  await untouched.unmount();
  const silent = await show(group({ stdout: nothing }));
  await expect.element(silent.getByText('It printed nothing.')).toBeVisible();
});

it('leads to all of an output that is cut', async () => {
  const onPick = vi.fn();
  const screen = await show(group({ stdout: { text: 'begin', bytes: 3_000_000, lines: 9, cut: true } }), null, onPick);
  expect(screen.container.textContent).toContain('The beginning of 2.9 MiB.');
  await screen.getByRole('button', { name: 'All that gpu-01 printed' }).click();
  expect(onPick).toHaveBeenCalledWith('id-gpu-01');
});

it('offers the difference from another group, never from itself', async () => {
  const screen = await show(group({ servers: [1] }), group({ key: 'base', servers: [0] }));
  await expect.element(screen.getByRole('button', { name: 'Show the difference' })).toBeVisible();
  await screen.unmount();
  const base = await show(group());
  expect(base.getByRole('button', { name: 'Show the difference' }).elements()).toEqual([]);
});
