import { ORPCError } from '@orpc/client';
import { expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import '../../ui/styles.css';
import type { Server } from '../../../shared/model/server.ts';
import type { client } from '../../client/client.ts';
import { EditServerForm } from './EditServerDialog.tsx';
import { renderInRouter } from './inRouter.tsx';
import { LabelServersDialog } from './LabelServersDialog.tsx';
import { RemoveServerDialog } from './RemoveServerDialog.tsx';
import { testKey, testRow } from './testRow.ts';

const trusted: Server = { ...testRow('gpu-1', { server: { tags: ['a100'] } }).server, hostKeys: [testKey] };
const production: Server = { ...trusted, environment: 'production' };
const others = [trusted, testRow('gate').server, testRow('gpu-2').server];
type Edit = typeof client.servers.edit;

const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });
const textOf = (role: 'status' | 'alert') => page.getByRole(role).query()?.textContent;
const guard = (expected: string) => new ORPCError('guard.confirmation-needed', { defined: true, data: { expected, effect: 'change the record' } });

async function openForm(save: Edit, opened = trusted, servers: readonly Server[] = others) {
  const onSaved = vi.fn();
  const { path } = await renderInRouter((leave) => (
    <EditServerForm
      opened={opened}
      servers={servers}
      save={save}
      onClose={leave}
      onSaved={(server, isTrusted) => {
        onSaved(server.name, isTrusted);
        leave();
      }}
    />
  ));
  return { onSaved, path };
}
const saves = (changes: Partial<Server> = {}) => vi.fn(async () => ({ server: { ...trusted, ...changes } }));

it('saves what was changed and nothing else, under the name that the server has by now', async () => {
  const save = saves();
  const renamed = others.map((server) => (server.id === trusted.id ? { ...server, name: 'gpu-9' } : server));
  const { onSaved, path } = await openForm(save as Edit, trusted, renamed);
  await expect.element(button('Save')).toBeDisabled();
  await field('Tags').fill('a100 eu');
  await button('Save').click();
  expect(save).toHaveBeenCalledExactlyOnceWith({ requestId: expect.any(String), name: 'gpu-9', fields: { tags: ['a100', 'eu'] } });
  expect(onSaved).toHaveBeenCalledExactlyOnceWith('gpu-1', true);
  await vi.waitFor(() => expect(path()).toContain('closed'));
});

it('says what a new address means, and that the key has to be confirmed anew', async () => {
  const save = saves({ port: 2222, hostKeys: [] });
  const { onSaved } = await openForm(save as Edit);
  expect(page.getByRole('status').elements()).toHaveLength(0);
  await field('Port').fill('2222');
  await expect.poll(() => textOf('status')).toMatch(/host key confirmed so far is let go/);
  await button('Save and show host key').click();
  expect(onSaved).toHaveBeenCalledExactlyOnceWith('gpu-1', false);
});

it('sends nothing while something is wrong, and leads to it', async () => {
  const save = saves();
  await openForm(save as Edit);
  await field('Name').fill('gpu-2');
  await field('Port').fill('70000');
  await field('Name').click();
  await expect.element(page.getByText('Another server has this name')).toBeVisible();
  await userEvent.keyboard('{Enter}');
  await expect.element(field('Name')).toHaveFocus();
  await expect.element(field('Port')).toHaveAttribute('aria-invalid', 'true');
  expect(save).not.toHaveBeenCalled();
});

it('keeps the record folded away until it is wanted, or something in it is wrong', async () => {
  const save = saves();
  await openForm(save as Edit);
  expect(field('Owner').query()).toBeNull();
  await page.getByRole('button', { name: /^Record/ }).click();
  await field('Owner').fill('Ada');
  await page.getByRole('button', { name: 'Load balancer', exact: true }).click();
  await field('Cost').fill('much');
  await page.getByRole('button', { name: /^Record/ }).click();
  await button('Save').click();
  await expect.element(field('Cost')).toHaveFocus();
  await field('Cost').fill('180 EUR');
  await button('Save').click();
  expect(save).toHaveBeenCalledExactlyOnceWith({
    ...{ requestId: expect.any(String), name: 'gpu-1' },
    fields: { roles: ['lb'], record: { owner: 'Ada', cost: { amount: 180, currency: 'EUR', per: 'month' } } },
  });
});

it('keeps what was typed when closing is taken back, and lets it go only when told to', async () => {
  const { path } = await openForm(saves() as Edit);
  await field('Groups').fill('pool');
  await userEvent.keyboard('{Escape}');
  await button('Go on editing').click();
  await expect.element(field('Groups')).toHaveValue('pool');
  expect(path()).not.toContain('closed');
  await button('Cancel').click();
  await button('Discard').click();
  await vi.waitFor(() => expect(path()).toContain('closed'));
});

it('closes without a question when nothing was changed', async () => {
  const { path } = await openForm(saves() as Edit);
  await expect.element(field('Name')).toBeVisible();
  await userEvent.keyboard('{Escape}');
  await vi.waitFor(() => expect(path()).toContain('closed'));
});

it('asks for the name in production and sends it along', async () => {
  const save = vi.fn().mockRejectedValueOnce(guard('gpu-1')).mockResolvedValueOnce({ server: production });
  const { onSaved } = await openForm(save as Edit, production);
  await field('Tags').fill('');
  await button('Save').click();
  await field('Confirm by name').fill('gpu-1');
  await button('Save').click();
  expect(save.mock.calls[1]?.[0]).toMatchObject({ name: 'gpu-1', fields: { tags: [] }, confirm: 'gpu-1' });
  await vi.waitFor(() => expect(onSaved).toHaveBeenCalledOnce());
});

it('shows an error beside the form, with what was typed still there', async () => {
  const save = vi.fn().mockRejectedValue(new ORPCError('server.name-taken', { defined: true, data: { name: 'gpu-3' } }));
  await openForm(save as Edit);
  await field('Name').fill('gpu-3');
  await button('Save').click();
  await expect.poll(() => textOf('alert')).toMatch(/server\.name-taken/);
  await expect.element(field('Name')).toHaveValue('gpu-3');
});

it('removes a server of production only with its name, and says what stands in the way', async () => {
  const inUse = new ORPCError('server.in-use', { defined: true, data: { name: 'gpu-1', by: 'gpu-2, reached through it' } });
  const remove = vi.fn().mockRejectedValueOnce(inUse).mockResolvedValueOnce({});
  const onRemoved = vi.fn();
  await renderInRouter((leave) => <RemoveServerDialog server={production} onClose={leave} onRemoved={onRemoved} remove={remove} />);
  await expect.element(button('Remove')).toBeDisabled();
  await field('Confirm by name').fill('gpu-1');
  await button('Remove').click();
  await expect.poll(() => textOf('alert')).toMatch(/reached through it/);
  await button('Remove').click();
  await vi.waitFor(() => expect(onRemoved).toHaveBeenCalledOnce());
  expect(remove.mock.calls[1]?.[0]).toMatchObject({ name: 'gpu-1', confirm: 'gpu-1' });
});

it('files several servers, with the labels in use to be taken off', async () => {
  const label = vi.fn(async () => ({ servers: [] }));
  const servers = [trusted, testRow('gpu-2', { server: { tags: ['a100', 'old'], groups: ['pool'] } }).server];
  const { path } = await renderInRouter((leave) => (
    <LabelServersDialog selector="gpu-*" servers={servers} onClose={leave} label={label as unknown as typeof client.servers.label} />
  ));
  await expect.element(button('Change 2 servers')).toBeDisabled();
  await field('Put into groups').fill('night bad/group');
  await expect.element(button('Change 2 servers')).toBeDisabled();
  await field('Put into groups').fill('night');
  await page.getByRole('button', { name: 'old 1' }).click();
  await button('Change 2 servers').click();
  expect(label).toHaveBeenCalledExactlyOnceWith({
    ...{ requestId: expect.any(String), selector: 'gpu-*', addTags: [], addGroups: ['night'], removeTags: ['old'], removeGroups: [] },
    ...{ addRoles: [], removeRoles: [] },
  });
  await vi.waitFor(() => expect(path()).toContain('closed'));
});
