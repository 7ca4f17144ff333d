import type { LoginQuestions } from '../../shared/model/server.ts';
import type { AskPerson } from './loginQuestions.ts';

/** A person at the keyboard: what was asked, and answers given in order. One too few is a person who walks away. */
export function personWho(...answers: readonly (readonly string[])[]): AskPerson & { asked: LoginQuestions[] } {
  const rest = [...answers];
  const asked: LoginQuestions[] = [];
  const ask: AskPerson = async (questions) => {
    asked.push(questions);
    const next = rest.shift();
    if (next === undefined) throw new Error('nobody answers any more');
    return next;
  };
  return Object.assign(ask, { asked });
}
