import { matchHostname, matchPatternList } from './sshConfigPatterns.ts';
import { nextWord } from './sshConfigWords.ts';

/** What conditions of a `Match` line are compared with, as far as it is known when the line is reached. */
export interface MatchState {
  host: string;
  originalHost: string;
  user: string;
  localUser: string;
  tag: string;
  /** The configuration is worked through for the second time. */
  final: boolean;
}

/** `unknown`: the conditions that are left could hold, but nothing here may find out; `condition` names them. */
export type MatchAnswer = { kind: 'yes' | 'no' } | { kind: 'unknown'; condition: string } | { kind: 'refused'; problem: string };

/** Conditions that depend on what only ssh at work knows. `exec` would run a program of the file. */
const unanswered = new Set(['exec', 'localnetwork', 'version', 'sessiontype', 'command']);

/**
 * Whether a `Match` block applies. `wantsFinal` is called when the line asks for a second pass.
 * Source: readconf.c `match_cfg_line` (OpenSSH 9.2), ssh_config(5).
 */
export function matchLine(rest: string, state: MatchState, wantsFinal: () => void): MatchAnswer {
  let left: string | null = rest;
  let holds = true;
  let count = 0;
  const unknown: string[] = [];
  const take = (): string | null => {
    if (left === null) return '';
    const next = nextWord(left);
    if (next === null) return null;
    left = next.rest;
    return next.word;
  };
  for (;;) {
    const word = take();
    if (word === null) return refused('a quotation mark is not closed');
    if (word === '' || word.startsWith('#')) break;
    const negated = word.startsWith('!');
    const name = word.slice(negated ? 1 : 0).toLowerCase();
    if (name === 'all') {
      const after = take();
      if (count > 1 || (after !== null && after !== '' && !after.startsWith('#'))) return refused('“all” stands alone, or after “canonical” or “final”');
      return answer(holds && !negated, unknown);
    }
    count += 1;
    if (name === 'canonical' || name === 'final') {
      if (name === 'final') wantsFinal();
      if (state.final === negated) holds = false;
      continue;
    }
    const value = take();
    if (value === null || value === '' || value.startsWith('#')) return refused(`“${word}” has no value`);
    if (unanswered.has(name)) {
      unknown.push(`${word} ${value}`);
      continue;
    }
    const matches = holdsFor(name, value, state);
    if (matches === null) return refused(`there is no condition “${word}”`);
    if (matches === negated) holds = false;
  }
  if (count === 0) return refused('it has no condition');
  return answer(holds, unknown);
}

function holdsFor(name: string, value: string, state: MatchState): boolean | null {
  switch (name) {
    case 'host':
      return matchHostname(state.host, value);
    case 'originalhost':
      return matchHostname(state.originalHost, value);
    case 'user':
      return matchPatternList(state.user, value);
    case 'localuser':
      return matchPatternList(state.localUser, value);
    case 'tagged':
      return matchPatternList(state.tag, value);
    default:
      return null;
  }
}

function answer(holds: boolean, unknown: readonly string[]): MatchAnswer {
  if (!holds) return { kind: 'no' };
  return unknown.length === 0 ? { kind: 'yes' } : { kind: 'unknown', condition: unknown.join(' ') };
}

function refused(problem: string): MatchAnswer {
  return { kind: 'refused', problem };
}
