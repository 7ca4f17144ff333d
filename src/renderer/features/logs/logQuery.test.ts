import { expect, it } from 'vitest';
import { logQuery, queryKey, queryTitle, stackName, stackQuery, wantWords } from './logQuery.ts';

it('asks for a stack by its compose project, and names it as people do', () => {
  expect(stackQuery('ai-gateway', 'gpu-1', ['gateway'])).toEqual(logQuery('gpu-1', { stacks: ['ph-ai-gateway'], services: ['gateway'] }));
  expect([stackName('ph-ai-gateway'), stackName('shop')]).toEqual(['ai-gateway', 'shop']);
});

it('knows the same query in another order, and another one', () => {
  const one = logQuery('all', { units: ['docker.service', 'ssh.service'] });
  expect(queryKey(one)).toBe(queryKey(logQuery('all', { units: ['ssh.service', 'docker.service'] })));
  expect(queryKey(one)).not.toBe(queryKey(logQuery('all', { files: ['docker.service', 'ssh.service'] })));
});

it.each([
  [logQuery('env:staging'), 'env:staging · all logs'],
  [stackQuery('ai-gateway', 'all'), 'ai-gateway · logs'],
  [stackQuery('ai-gateway', 'all', ['gateway']), 'ai-gateway, gateway'],
  [logQuery('a', { units: ['a', 'b', 'c', 'd'] }), 'a, b, 2 more'],
])('gives it a short name', (query, title) => expect(queryTitle(query)).toBe(title));

it('says in words what is followed', () => {
  expect(wantWords(logQuery('all'))).toBe('all containers');
  expect(wantWords(logQuery('all', { stacks: ['ph-shop'], services: ['web'], units: ['-'] }))).toBe('shop, web, journal');
  expect(wantWords(logQuery('all', { units: ['a', 'b', 'c', 'd', 'e', 'f', 'g'] }))).toBe('a, b, c, d, e and 2 more');
});
