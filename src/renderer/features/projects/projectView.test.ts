import { expect, test } from 'vitest';
import { canRefresh, listOf, nameFrom, nameProblem, originParts, usedWords } from './projectView.ts';

test('a name is made of the end of a path or an address', () => {
  expect(nameFrom('/home/ada/projects/RAG Bench/')).toBe('rag-bench');
  expect(nameFrom('git@git.example.com:team/Wiki_2.git')).toBe('wiki-2');
  expect(nameFrom(String.raw`C:\work\shop`)).toBe('shop');
  expect(nameFrom('///')).toBe('');
});

test('a name that a stack cannot have is refused with what it may be', () => {
  expect(nameProblem('rag-bench')).toBeNull();
  expect(nameProblem('')).toBe('needs a name');
  expect(nameProblem('-x')).toContain('small letters');
});

test('where a project is from is told apart from which state of it, and only what can be taken anew can be taken anew', () => {
  const git = { kind: 'git' as const, url: 'https://git.example.com/a/b.git', ref: 'main', subdirectory: 'deploy', commit: '0123456789' };
  expect(originParts(git)).toEqual({ kind: 'git', place: 'https://git.example.com/a/b.git in deploy', state: 'main · 01234567' });
  expect(canRefresh({ from: git })).toBe(true);
  expect(canRefresh({ from: { kind: 'server', server: 'gpu-1', project: 'wiki', path: '/opt/wiki' } })).toBe(false);
});

test('lists are typed as people type them, and a secret nobody uses is said to be one', () => {
  expect(listOf(' a.yaml, b.yaml\n c.yaml ')).toEqual(['a.yaml', 'b.yaml', 'c.yaml']);
  expect(usedWords([])).toBe('no service uses it');
  expect(usedWords(['api', 'db'])).toBe('used by api, db');
});
