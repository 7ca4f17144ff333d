import { ORPCError } from '@orpc/client';
import { QueryClient, QueryClientProvider } from '@tanstack/react-query';
import { expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import type { ImportEntry, ImportPreview, ImportSource } from '../../../shared/contract/servers.ts';
import type { client } from '../../client/client.ts';
import { ExportDialog } from './ExportDialog.tsx';
import { ImportDialog } from './ImportDialog.tsx';
import { importLabel, kindOfFile, shownEntries } from './importView.ts';
import { testRow } from './testRow.ts';

const { id: _id, hostKeys: _keys, demo: _demo, createdAtMs: _created, updatedAtMs: _updated, ...fields } = testRow('gpu-1').server;
const entry = (name: string, differences: Partial<ImportEntry> = {}): ImportEntry => ({
  ...{ id: name, name, status: 'new', action: 'add', fields: { ...fields, name }, source: `/home/me/.ssh/config:${name.length}`, differences: [], notes: [] },
  ...differences,
});
const found: ImportPreview = {
  path: '/home/me/.ssh/config',
  entries: [
    entry('gate'),
    entry('inner', { fields: { ...fields, name: 'inner', jump: 'gate' }, notes: ['LocalForward is not honoured: 1 a:2'] }),
    entry('there', {
      status: 'changed',
      action: 'update',
      differences: [{ field: 'user', present: 'a', imported: 'b' }],
      fields: { ...fields, name: 'there', user: 'b' },
    }),
    entry('same', { status: 'same', action: null }),
    entry('never', { status: 'unsupported', action: null, fields: null, notes: ['it has no host'] }),
  ],
  remarks: [{ source: '/home/me/.ssh/config:9', text: 'Host *: settings, no server; taken by 2' }],
};

type Preview = typeof client.servers.importPreview;
type Apply = typeof client.servers.importApply;

async function open(preview: (source: ImportSource) => Promise<ImportPreview> = async () => found, apply = vi.fn(async () => ({ added: [], updated: [] }))) {
  const read = vi.fn(preview);
  const onClose = vi.fn();
  await render(
    <QueryClientProvider client={new QueryClient()}>
      <ImportDialog onClose={onClose} preview={read as unknown as Preview} apply={apply as unknown as Apply} />
    </QueryClientProvider>,
  );
  return { read, apply, onClose };
}
const box = (name: string) => page.getByRole('checkbox', { name, exact: true });
const button = (name: string) => page.getByRole('button', { name, exact: true });

it('chooses what is new, a jump host along with what needs it, and changes only what is asked for', async () => {
  const { apply, onClose } = await open();
  await expect.element(button('Add 2 servers')).toBeEnabled();
  await box('Add gate').click();
  // Without its jump host a server cannot be added: it is taken along again.
  await expect.element(button('Add 2 servers')).toBeEnabled();
  await box('Add inner').click();
  await box('Add gate').click();
  await box('Change there').click();
  await expect.element(box('Add never')).toBeDisabled();
  await button('Change 1 server').click();
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(apply).toHaveBeenCalledWith(expect.objectContaining({ add: [], update: [{ name: 'there', fields: { user: 'b' } }] }));
});

it('says what differs, what is not honoured, and what belongs to no entry', async () => {
  await open();
  await expect.element(page.getByText('LocalForward is not honoured: 1 a:2')).toBeVisible();
  await expect.element(page.getByText('Host *: settings, no server; taken by 2')).toBeVisible();
  await page.getByRole('button', { name: /^changed/ }).click();
  expect(page.getByRole('listitem').elements()[0]?.textContent).toContain('user a → b');
  await page.getByRole('textbox', { name: 'Filter entries' }).fill('nothing has this');
  await expect.element(page.getByText('No entry fits this filter.')).toBeVisible();
});

it('reads pasted text, another path, and shows why a file cannot be read', async () => {
  const { read } = await open(async ({ path, text }) => {
    if (path === '/gone') throw new ORPCError('import.unreadable', { defined: true, data: { source: '/gone', reason: 'there is no such file' } });
    return { ...found, path: path ?? 'own', entries: text === undefined ? found.entries : [entry('pasted')] };
  });
  await button('Paste text').click();
  await page.getByRole('textbox', { name: 'Text to import' }).fill('Host pasted');
  await button('Read text').click();
  await expect.element(button('Add 1 server')).toBeEnabled();
  expect(read).toHaveBeenLastCalledWith({ source: 'ssh-config', path: 'pasted text', text: 'Host pasted' });
  await page.getByRole('textbox', { name: /^Path on the computer/ }).fill('/gone');
  await userEvent.keyboard('{Enter}');
  await expect.element(page.getByText(/there is no such file/)).toBeVisible();
  await expect.element(button('Add servers')).toBeDisabled();
});

it('takes a file that is dropped for what its name says', async () => {
  const { read } = await open();
  const transfer = new DataTransfer();
  transfer.items.add(new File(['name,host\n'], 'rack.csv'));
  const target = page.getByRole('button', { name: 'Read', exact: true }).element();
  target.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  await vi.waitFor(() => expect(read).toHaveBeenLastCalledWith({ source: 'csv', path: 'rack.csv', text: 'name,host\n' }));
});

it('asks for the name where production would change', async () => {
  const apply = vi.fn(async (input: { confirm?: string }) => {
    if (input.confirm === undefined)
      throw new ORPCError('guard.confirmation-needed', { defined: true, data: { expected: 'there', effect: 'change the records on there' } });
    return { added: [], updated: [] };
  });
  const { onClose } = await open(undefined, apply as never);
  await box('Change there').click();
  await button('Add 2, change 1').click();
  await page.getByRole('textbox', { name: 'Confirm by name' }).fill('there');
  await button('Change them').click();
  await vi.waitFor(() => expect(onClose).toHaveBeenCalled());
  expect(apply).toHaveBeenLastCalledWith(expect.objectContaining({ confirm: 'there' }));
});

it('shows an export of a format and what of it is lost', async () => {
  const write = vi.fn(async ({ format }: { format: string }) => ({
    fileName: 'x',
    text: `as ${format}`,
    count: 3,
    notes: format === 'csv' ? ['one is left out'] : [],
  }));
  await render(
    <QueryClientProvider client={new QueryClient()}>
      <ExportDialog selector="group:a" onClose={() => {}} write={write as never} />
    </QueryClientProvider>,
  );
  await expect.element(page.getByText('as yaml')).toBeVisible();
  expect(write).toHaveBeenCalledWith({ format: 'yaml', selector: 'group:a' });
  await page.getByRole('combobox').click();
  await page.getByRole('option', { name: 'CSV' }).click();
  await expect.element(page.getByText('one is left out')).toBeVisible();
});

it('knows files by their names, entries by every word, and says what its button does', () => {
  expect(['a.csv', 'A.JSON', 'hosts', 'x.ini', 'inventory.yml', 'fleet.yaml', '.ssh/config', 'x.txt'].map(kindOfFile)).toEqual([
    'csv',
    'json',
    'ansible',
    'ansible',
    'ansible',
    'yaml',
    'ssh-config',
    null,
  ]);
  expect(shownEntries(found.entries, null, 'localforward INNER').map(({ name }) => name)).toEqual(['inner']);
  expect([importLabel(0, 0), importLabel(1, 0), importLabel(0, 2), importLabel(1234, 1)]).toEqual([
    'Add servers',
    'Add 1 server',
    'Change 2 servers',
    'Add 1,234, change 1',
  ]);
});
