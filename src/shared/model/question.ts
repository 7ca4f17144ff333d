import { z } from 'zod';

/**
 * What a run asks a person. `confirm`: yes or no. `choice`: one of `choices`. `text`: a line or more. `evidence`: that something was done
 * by hand, with words or files that prove it. `approval`: another person's consent to what `statement` says.
 */
export const personQuestionSchema = z.object({
  /** Unique within an attempt of a cell. */
  id: z.string().max(64),
  kind: z.enum(['confirm', 'choice', 'text', 'evidence', 'approval']),
  title: z.string().max(300),
  /** Markdown: what to look at, what to do, what to bring. */
  help: z.string().max(8000).optional(),
  choices: z.array(z.string().max(200)).max(200).optional(),
  /** An answer of no words is refused. */
  required: z.boolean().optional(),
  /** Of an approval: exactly what is consented to, as the other person's key signs it. */
  statement: z.string().max(4000).optional(),
});
export type PersonQuestion = z.infer<typeof personQuestionSchema>;

/** What a person answered; `value` is `yes` or `no` for `confirm`, `done` for `evidence`, `approved` or `refused` for `approval`. */
export const personAnswerSchema = z.object({
  value: z.string().max(16_384),
  /** Why, or what was seen. */
  note: z.string().max(16_384).optional(),
  /** Ids of attached files. */
  attachments: z.array(z.string().max(64)).max(50).optional(),
  /** Of an approval: the attestation by another key. */
  attestation: z.string().max(8000).optional(),
  who: z.string().max(120),
  atMs: z.number(),
});
export type PersonAnswer = z.infer<typeof personAnswerSchema>;

/** What is wrong with an answer to a question, as the end of a sentence; null: nothing. */
export function answerProblem(question: PersonQuestion, answer: Pick<PersonAnswer, 'value' | 'note' | 'attachments'>): string | null {
  switch (question.kind) {
    case 'confirm':
      return answer.value === 'yes' || answer.value === 'no' ? null : '"yes" or "no" is needed';
    case 'choice':
      return (question.choices ?? []).includes(answer.value) ? null : `one of ${(question.choices ?? []).join(', ')} is needed`;
    case 'text':
      return question.required === true && answer.value.trim() === '' ? 'some words are needed' : null;
    case 'evidence': {
      if (answer.value !== 'done') return '"done" is needed; skip the cell where it was not';
      const hasProof = (answer.note ?? '').trim() !== '' || (answer.attachments ?? []).length > 0;
      return question.required === true && !hasProof ? 'a note or a file that proves it is needed' : null;
    }
    case 'approval':
      return answer.value === 'approved' || answer.value === 'refused' ? null : '"approved" or "refused" is needed';
  }
}
