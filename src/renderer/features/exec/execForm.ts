import type { PastCommand } from '../../../shared/contract/exec.ts';
import type { Strategy } from '../../../shared/model/operation.ts';
import { joinWords } from './joinWords.ts';
import { type ExecOrder, numberProblem } from './OrderFields.tsx';

/** What the form holds. */
export interface ExecForm {
  selector: string;
  line: string;
  order: ExecOrder;
}

/** A form with nothing in it but the servers that were chosen elsewhere. */
export function emptyForm(selector: string): ExecForm {
  return { selector, line: '', order: { canary: false, concurrency: '32', timeoutS: '600', sudo: false } };
}

/** A command of the past as it was asked for; without a selector the one that stands there is kept. */
export function formOf(past: PastCommand, selector: string): ExecForm {
  const { strategy } = past;
  const concurrency = strategy.kind === 'rolling' ? strategy.size : strategy.concurrency;
  return {
    selector: past.selector ?? selector,
    line: joinWords(past.command),
    order: { canary: strategy.kind === 'canary', concurrency: String(concurrency), timeoutS: String(past.timeoutS), sudo: past.sudo },
  };
}

/** What is asked of the core; null while a number cannot be taken. */
export function orderOf({ canary, concurrency, timeoutS, sudo }: ExecOrder): { strategy: Strategy; timeoutS: number; sudo: boolean } | null {
  if (numberProblem('concurrency', concurrency) !== null || numberProblem('timeoutS', timeoutS) !== null) return null;
  const at = Number(concurrency);
  return { strategy: canary ? { kind: 'canary', size: 1, concurrency: at } : { kind: 'all', concurrency: at }, timeoutS: Number(timeoutS), sudo };
}
