import { useState } from 'react';
import { describe, expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import './styles.css';
import { DataTable } from './DataTable.tsx';
import type { LiveRows } from './standingRows.ts';
import type { TableColumn } from './tableModel.ts';

interface Thing {
  id: string;
}
const things = Array.from({ length: 1_000 }, (_, index): Thing => ({ id: `thing-${index + 1}` }));
const columns: TableColumn<Thing>[] = [{ id: 'name', title: 'Name', minWidth: 100, sortBy: (thing) => thing.id, cell: (thing) => thing.id }];
const rowKey = (thing: Thing) => thing.id;

function Table({ onOpen, onSort, rowKeys }: { onOpen?: (thing: Thing) => void; onSort?: () => void; rowKeys?: Record<string, (thing: Thing) => void> }) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  return (
    <div style={{ height: 400, display: 'flex' }}>
      <DataTable
        label="Things"
        columns={columns}
        groups={[{ key: 'a', title: 'First', rows: things }]}
        rowKey={rowKey}
        selected={selected}
        onSelect={setSelected}
        {...(onOpen ? { onOpen } : {})}
        {...(onSort ? { onSort } : {})}
        {...(rowKeys ? { rowKeys } : {})}
      />
      <output>{[...selected].join(' ')}</output>
    </div>
  );
}
const grid = () => page.getByRole('grid', { name: 'Things' });
const picked = () => page.getByRole('status');
async function focusGrid() {
  (grid().element() as HTMLElement).focus();
}

it('renders what is in view first, tells how many there are, and renders the others when there is time', async () => {
  await render(<Table />);
  await expect.element(grid()).toHaveAttribute('aria-rowcount', '1001');
  const rendered = () => [...document.querySelectorAll('[data-row]')].map((row) => row.getAttribute('data-row'));
  expect(rendered().length).toBeLessThan(60);
  await vi.waitFor(() => expect(rendered().length).toBe(1_000), { timeout: 20_000 });
  // In order, for the keyboard goes from one to the next.
  expect(rendered()).toEqual(things.map(({ id }) => id));
});

it('shows rows as they are now, also where its list is put together more slowly', async () => {
  interface Figure {
    id: string;
    value: number;
  }
  const listeners = new Set<() => void>();
  let now = new Map([['b', { id: 'b', value: 2 }]]);
  const live: LiveRows<Figure> = {
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    rowOf: (key) => now.get(key),
    mayWait: () => true,
  };
  const rows: Figure[] = [
    { id: 'a', value: 1 },
    { id: 'b', value: 1 },
  ];
  const figures: TableColumn<Figure>[] = [{ id: 'value', title: 'Value', minWidth: 100, cell: ({ id, value }) => `${id} ${value}` }];
  await render(
    <div style={{ height: 400, display: 'flex' }}>
      <DataTable label="Figures" columns={figures} groups={[{ key: 'all', title: '', rows }]} rowKey={({ id }) => id} live={live} />
    </div>,
  );
  await expect.element(page.getByText('a 1')).toBeVisible();
  await expect.element(page.getByText('b 2')).toBeVisible();
  now = new Map([['b', { id: 'b', value: 3 }]]);
  for (const listener of listeners) listener();
  await expect.element(page.getByText('b 3')).toBeVisible();
});

it('moves with j, k and the arrows, picks with x, and opens with Enter', async () => {
  const onOpen = vi.fn();
  await render(<Table onOpen={onOpen} />);
  await focusGrid();
  await userEvent.keyboard('jj{ArrowDown}k');
  await userEvent.keyboard('x');
  await expect.element(picked()).toHaveTextContent('thing-3');
  await userEvent.keyboard('{Enter}');
  expect(onOpen).toHaveBeenCalledExactlyOnceWith({ id: 'thing-3' });
  await expect.element(grid()).toHaveAttribute('aria-activedescendant');
});

it('does what further keys say with the row that the keyboard stands on', async () => {
  const a = vi.fn();
  await render(<Table rowKeys={{ a }} />);
  await focusGrid();
  await userEvent.keyboard('j{Control>}a{/Control}');
  expect(a).not.toHaveBeenCalled();
  await userEvent.keyboard('a');
  expect(a).toHaveBeenCalledExactlyOnceWith({ id: 'thing-2' });
});

it('extends with Shift, picks all with Ctrl-A, and unpicks with Escape', async () => {
  await render(<Table />);
  await focusGrid();
  await userEvent.keyboard('{Shift>}{ArrowDown}{ArrowDown}{/Shift}');
  await expect.element(picked()).toHaveTextContent('thing-1 thing-2 thing-3');
  await userEvent.keyboard('{Control>}a{/Control}');
  await vi.waitFor(() => expect(picked().element().textContent?.split(' ')).toHaveLength(1_000));
  await userEvent.keyboard('{Escape}');
  await expect.element(picked()).toHaveTextContent('');
});

it('brings the last row into view with End', async () => {
  await render(<Table />);
  await focusGrid();
  await userEvent.keyboard('{End}');
  await expect.element(page.getByText('thing-1000', { exact: true })).toBeVisible();
});

it('picks by its checkboxes, also all at once', async () => {
  await render(<Table />);
  await page.getByRole('checkbox', { name: 'Select row 2' }).click();
  await expect.element(picked()).toHaveTextContent('thing-2');
  await page.getByRole('checkbox', { name: 'Select all' }).click();
  await vi.waitFor(() => expect(picked().element().textContent?.split(' ')).toHaveLength(1_000));
});

it('asks for another order from its headings', async () => {
  const onSort = vi.fn();
  await render(<Table onSort={onSort} />);
  await page.getByRole('button', { name: 'Name' }).click();
  expect(onSort).toHaveBeenCalledExactlyOnceWith({ column: 'name', descending: false });
});

describe('what is drawn anew', () => {
  const drawn: string[] = [];
  const counted: TableColumn<Thing>[] = [
    {
      id: 'name',
      title: 'Name',
      minWidth: 100,
      cell: ({ id }) => {
        drawn.push(id);
        return id;
      },
    },
  ];
  let change: (rows: readonly Thing[]) => void = () => {};
  function Live() {
    const [rows, setRows] = useState<readonly Thing[]>(things);
    change = setRows;
    const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
    const groups = [{ key: 'a', title: '', rows }];
    return (
      <div style={{ height: 400, display: 'flex' }}>
        <DataTable label="Things" columns={counted} groups={groups} rowKey={rowKey} selected={selected} onSelect={setSelected} />
      </div>
    );
  }
  const drawnBy = async (act: () => void) => {
    await expect.element(page.getByText('thing-1', { exact: true })).toBeInTheDocument();
    await new Promise((resolve) => setTimeout(resolve, 100));
    drawn.length = 0;
    act();
    await new Promise((resolve) => setTimeout(resolve, 200));
    return [...new Set(drawn)];
  };

  it('is of a change the rows in view that it changed, and nothing of the others', async () => {
    await render(<Live />);
    const changed = new Set(['thing-3', 'thing-5', 'thing-900', 'thing-901']);
    expect(await drawnBy(() => change(things.map((thing) => (changed.has(thing.id) ? { ...thing } : thing))))).toEqual(['thing-3', 'thing-5']);
  });

  it('is of scrolling the rows that come, and nothing of those that were there', async () => {
    await render(<Live />);
    const scroll = (rows: number) =>
      drawnBy(() =>
        grid()
          .element()
          .scrollBy(0, 32 * rows),
      );
    const rows = await scroll(10);
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.length).toBeLessThanOrEqual(10);
    expect(await scroll(-10)).toEqual([]);
  });

  it('is of a row that changed out of view nothing until it comes into view', async () => {
    await render(<Live />);
    await drawnBy(() => grid().element().scrollBy(0, 5_000));
    const other = things.map((thing) => (thing.id === 'thing-2' ? { ...thing } : thing));
    expect(await drawnBy(() => change(other))).toEqual([]);
    expect(await drawnBy(() => grid().element().scrollTo(0, 0))).toEqual(['thing-2']);
  });

  it('leaves the keyboard in the table where the row it stood on is gone', async () => {
    await render(<Live />);
    await page.getByRole('checkbox', { name: 'Select row 2', exact: true }).click();
    expect(document.activeElement?.getAttribute('role')).toBe('checkbox');
    await drawnBy(() => change(things.filter(({ id }) => id !== 'thing-2')));
    expect(document.activeElement).toBe(grid().element());
  });
});
