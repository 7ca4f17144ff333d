import { createMemoryHistory, createRootRoute, createRoute, createRouter, Outlet, RouterProvider } from '@tanstack/react-router';
import { expect, test, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import { useTypedText } from './useTypedText.ts';

/** A list with a filter and a way to one of its items, whose screen takes a while to load. */
async function open(loadMs: number) {
  const history = createMemoryHistory({ initialEntries: ['/list'] });
  const root = createRootRoute({ component: Outlet });
  const list = createRoute({
    getParentRoute: () => root,
    path: '/list',
    validateSearch: (search): { q?: string } => (typeof search['q'] === 'string' ? { q: search['q'] } : {}),
    component: function List() {
      const { q = '' } = list.useSearch();
      const { typed, type, keep } = useTypedText(q, (text) => history.replace(`/list?q=${text}`));
      return (
        <>
          <input aria-label="Filter" value={typed} onChange={(event) => type(event.target.value)} onBlur={keep} />
          <button type="button" onClick={() => history.push('/item')}>
            item
          </button>
          <button type="button" onClick={() => history.push('/list?q=other')}>
            other
          </button>
        </>
      );
    },
  });
  const item = createRoute({
    getParentRoute: () => root,
    path: '/item',
    loader: () => new Promise((resolve) => setTimeout(resolve, loadMs)),
    pendingMs: 10_000,
    component: () => <h1>The item</h1>,
  });
  await render(<RouterProvider router={createRouter({ routeTree: root.addChildren([list, item]), history }) as never} />);
  return history;
}

const filter = () => page.getByRole('textbox', { name: 'Filter' });

test('a text is written a moment after the last key', async () => {
  const history = await open(0);
  await userEvent.type(filter(), 'gpu');
  await vi.waitFor(() => expect(history.location.href).toBe('/list?q=gpu'));
  await expect.element(filter()).toHaveValue('gpu');
});

test('a link that is followed right after typing is not undone, and what was typed is there on the way back', async () => {
  const history = await open(400);
  await userEvent.type(filter(), 'gpu');
  await page.getByRole('button', { name: 'item' }).click();
  expect(history.location.pathname).toBe('/item');
  await expect.element(page.getByRole('heading', { name: 'The item' })).toBeVisible();
  expect(history.location.pathname).toBe('/item');
  history.back();
  await expect.element(filter()).toHaveValue('gpu');
});

test('where the keyboard leads elsewhere while the text waits, nothing is written any more', async () => {
  const history = await open(400);
  await userEvent.type(filter(), 'gpu');
  history.push('/item');
  await expect.element(page.getByRole('heading', { name: 'The item' })).toBeVisible();
  expect(history.location.pathname).toBe('/item');
});

test('another text of the address takes the place of what was typed', async () => {
  const history = await open(0);
  await userEvent.type(filter(), 'gpu');
  await page.getByRole('button', { name: 'other' }).click();
  await expect.element(filter()).toHaveValue('other');
  await new Promise((resolve) => setTimeout(resolve, 300));
  expect(history.location.href).toBe('/list?q=other');
});
