import { describe, expect, it } from 'vitest';
import { columnWidths, compareValues, fittingColumns, formatSort, parseSort, type TableColumn } from './tableModel.ts';
import { moveInList } from './useListKeys.ts';

const column = (id: string, minWidth: number, priority: number): TableColumn<string> => ({ id, title: id, minWidth, priority, cell: () => null });
const columns = [column('name', 100, 0), column('load', 60, 4), column('temp', 60, 1), column('spark', 80, 4)];

describe('fittingColumns', () => {
  const ids = (width: number) => fittingColumns(columns, width).map((each) => each.id);
  it('keeps all where there is room', () => expect(ids(300)).toEqual(['name', 'load', 'temp', 'spark']));
  it('leaves out the least important first, the later of equals', () => {
    expect(ids(299)).toEqual(['name', 'load', 'temp']);
    expect(ids(219)).toEqual(['name', 'temp']);
  });
  it('never leaves out what is always shown', () => expect(ids(10)).toEqual(['name']));
});

it('orders numbers inside words, and numbers by size', () => {
  expect(['gpu-10', 'gpu-9'].sort(compareValues)).toEqual(['gpu-9', 'gpu-10']);
  expect([10, 9].sort(compareValues)).toEqual([9, 10]);
});

it('writes and reads an order as part of an address', () => {
  for (const sort of [null, { column: 'util', descending: true }, { column: 'util', descending: false }]) expect(parseSort(formatSort(sort))).toEqual(sort);
});

describe('columnWidths', () => {
  const growing = [{ ...column('a', 10, 0), grow: 2 }, column('b', 20, 0), { ...column('c', 30, 0), grow: 1 }];
  it('gives what is left over to those that grow, by their shares', () => expect(columnWidths(growing, 90)).toEqual([30, 20, 40]));
  it('never gives less than is needed', () => expect(columnWidths(growing, 40)).toEqual([10, 20, 30]));
  it('leaves room over where none grows', () => expect(columnWidths([column('b', 20, 0)], 90)).toEqual([20]));
});

it('keys of movement stay within the list', () => {
  expect(moveInList('j', 4, 5)).toBe(4);
  expect(moveInList('k', 0, 5)).toBe(0);
  expect(moveInList('PageDown', 0, 5)).toBe(4);
  expect(moveInList('q', 0, 5)).toBeNull();
});
