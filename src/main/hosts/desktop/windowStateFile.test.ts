import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { readWindowState, writeWindowState } from './windowStateFile.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'window-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const state = { bounds: { x: 1, y: 2, width: 1100, height: 800 }, maximized: true };

test('gives back what was kept, and leaves nothing else behind', () => {
  const file = join(directory, 'window.json');
  expect(writeWindowState(file, state)).toBe(true);
  expect(readWindowState(file)).toEqual(state);
  expect(readdirSync(directory)).toEqual(['window.json']);
});

test('a missing or damaged file is no state', () => {
  expect(readWindowState(join(directory, 'window.json'))).toBeNull();
  writeFileSync(join(directory, 'window.json'), '{"bounds"');
  expect(readWindowState(join(directory, 'window.json'))).toBeNull();
});

test('says when it could not be kept', () => {
  expect(writeWindowState(join(directory, 'gone/window.json'), state)).toBe(false);
});
