import { ORPCError } from '@orpc/client';
import { expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import type { LoginEvent } from '../../../shared/contract/access.ts';
import type { ConnectionDetails } from '../../../shared/model/server.ts';
import { type LoginClient, LoginDialog } from './LoginDialog.tsx';

const asks = (questionId: string, ...prompts: { text: string; echo: boolean }[]): LoginEvent => ({
  ...{ kind: 'questions', questionId, server: 'gate', user: 'ada', title: 'Two-factor', instructions: '<b>Use</b> your device.', prompts },
});
const connected: LoginEvent = { kind: 'connected', connection: {} as ConnectionDetails };

/** A core whose login says these events, each after the answer to the one before. */
function scripted(...events: (LoginEvent | Error)[]) {
  const answers: { questionId: string; answers: string[] | null }[] = [];
  let answered: () => void = () => {};
  const access = {
    async login(_input: object, { signal }: { signal: AbortSignal }) {
      return (async function* () {
        for (const event of events) {
          if (event instanceof Error) throw event;
          yield event;
          if (event.kind !== 'questions') continue;
          await new Promise<void>((resolve) => {
            answered = resolve;
            signal.addEventListener('abort', () => resolve());
          });
        }
      })();
    },
    async answer(input: (typeof answers)[number]) {
      answers.push(input);
      answered();
      return {};
    },
  };
  return { access: access as unknown as LoginClient, answers };
}
async function open(...events: (LoginEvent | Error)[]) {
  const core = scripted(...events);
  const [onClose, onConnected] = [vi.fn(), vi.fn()];
  await render(<LoginDialog name="gpu-1" access={core.access} onClose={onClose} onConnected={onConnected} />);
  return { ...core, onClose, onConnected };
}

it('puts the server’s words as text, hides what is to be hidden, and sends each answer once', async () => {
  const { answers, onConnected } = await open(asks('q1', { text: 'Code: ', echo: false }), asks('q2', { text: 'Name', echo: true }), connected);
  const code = page.getByLabelText('Code', { exact: true });
  await expect.element(code).toHaveFocus();
  await expect.element(code).toHaveAttribute('type', 'password');
  await expect.element(page.getByText('<b>Use</b> your device.')).toBeVisible();
  await expect.element(page.getByText('ada@gate')).toBeVisible();
  await code.fill('123456');
  await userEvent.keyboard('{Enter}');
  const name = page.getByLabelText('Name', { exact: true });
  await expect.element(name).toHaveAttribute('type', 'text');
  await expect.element(name).toHaveValue('');
  await name.fill('ada');
  await page.getByRole('button', { name: 'Log in', exact: true }).click();
  await vi.waitFor(() => expect(onConnected).toHaveBeenCalledOnce());
  expect(answers).toEqual([
    { questionId: 'q1', answers: ['123456'] },
    { questionId: 'q2', answers: ['ada'] },
  ]);
});

it('tells the core when the person leaves without an answer', async () => {
  const left = await open(asks('q1', { text: 'Code', echo: false }));
  await expect.element(page.getByLabelText('Code', { exact: true })).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(left.onClose).toHaveBeenCalledOnce());
  expect(left.answers).toEqual([{ questionId: 'q1', answers: null }]);
});

it('shows a refusal with a way to try again', async () => {
  const data = { server: 'gate', host: 'gate.test', port: 22, user: 'ada' };
  await open(new ORPCError('ssh.auth-answers-refused', { defined: true, data }));
  await expect.poll(() => page.getByRole('alert').query()?.textContent).toMatch(/refused what was answered for ada/);
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => page.getByRole('alert').query()?.textContent).toMatch(/refused what was answered/);
});
