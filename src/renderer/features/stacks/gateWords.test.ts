import { expect, it } from 'vitest';
import type { HealthGate } from '../../../shared/model/stackDefinition.ts';
import { gateWords, secondsWords } from './gateWords.ts';

it.each<[HealthGate, string]>([
  [{ kind: 'containers', timeoutS: 1800 }, 'Every container runs | and is healthy where it has a health check | 30 min'],
  [
    {
      ...{ kind: 'http', title: 'Ready', url: 'http://gw/health', status: [200, 204], timeoutS: 60 },
      expect: [{ path: 'db', equals: 'connected' }, { path: 'data.0' }, { path: '', contains: 'ok' }, { path: 'n', atLeast: 2 }],
    },
    'Ready | GET http://gw/health answers 200 or 204, db is "connected", there is data.0, the answer holds “ok”, n is at least 2 | 60 s',
  ],
  [
    { kind: 'chat', title: 'Answers', url: 'http://v', model: 'qwen', timeoutS: 90, maxFirstTokenMs: 500, samples: 20, contains: '4' },
    'Answers | qwen streams an answer, that holds “4”, its first token within 500 ms, measured over 20 requests | 90 s',
  ],
  [{ kind: 'command', title: 'Whole way', service: 'gw', command: ['python3', 'a.py'], timeoutS: 120 }, 'Whole way | python3 a.py in gw ends with 0 | 2 min'],
])('says what a gate asks for: %o', (gate, words) => {
  const { title, asks, within } = gateWords(gate);
  expect([title, asks, within].join(' | ')).toBe(words);
});

it('says seconds as people do', () => expect([secondsWords(90), secondsWords(125), secondsWords(600)]).toEqual(['90 s', '125 s', '10 min']));
