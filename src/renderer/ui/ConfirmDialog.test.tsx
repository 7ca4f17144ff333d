import { expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import './styles.css';
import { ConfirmDialog } from './ConfirmDialog.tsx';

function show(expected: string | null) {
  const onConfirm = vi.fn();
  const onClose = vi.fn();
  return render(
    <ConfirmDialog open title="Deploy" effect="3 containers restart" expected={expected} action="Deploy" onConfirm={onConfirm} onClose={onClose} />,
  ).then(() => ({ onConfirm, onClose }));
}
const action = () => page.getByRole('button', { name: 'Deploy' });
const field = () => page.getByRole('textbox', { name: 'Confirm by name' });

it('cannot be pressed before exactly the name was typed', async () => {
  const { onConfirm } = await show('gpu-eu-01');
  await expect.element(page.getByText('3 containers restart')).toBeVisible();
  await expect.element(action()).toBeDisabled();
  await field().fill('gpu-eu-0');
  await expect.element(action()).toBeDisabled();
  await userEvent.keyboard('{Enter}');
  expect(onConfirm).not.toHaveBeenCalled();
  await field().fill('gpu-eu-01');
  await action().click();
  expect(onConfirm).toHaveBeenCalledExactlyOnceWith('gpu-eu-01');
});

it('goes with Enter once the name is right', async () => {
  const { onConfirm } = await show('prod');
  await field().fill('prod');
  await userEvent.keyboard('{Enter}');
  expect(onConfirm).toHaveBeenCalledOnce();
});

it('asks for no name where none is expected, and Escape leaves everything as it is', async () => {
  const { onConfirm, onClose } = await show(null);
  await expect.element(action()).toBeEnabled();
  expect(field().elements()).toHaveLength(0);
  await userEvent.keyboard('{Escape}');
  expect(onClose).toHaveBeenCalledOnce();
  expect(onConfirm).not.toHaveBeenCalled();
});
