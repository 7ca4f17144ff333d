import { Check, X } from 'lucide-react';
import { useState } from 'react';
import type { SerializedError } from '../../../shared/errors.ts';
import type { Attachment } from '../../../shared/model/evidence.ts';
import type { Cell, Operation } from '../../../shared/model/operation.ts';
import { answerProblem, type PersonQuestion } from '../../../shared/model/question.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Textarea } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { Select } from '../../ui/Select.tsx';
import { AttachButton } from '../evidence/AttachButton.tsx';
import { MarkdownText } from '../records/MarkdownText.tsx';
import { ApprovalAnswer } from './ApprovalAnswer.tsx';

interface CellQuestionProps {
  operation: Operation;
  cell: Cell;
  question: PersonQuestion;
}

const noteLabels: Record<PersonQuestion['kind'], string> = {
  confirm: 'Why, or what you saw',
  choice: 'Why',
  text: 'Answer',
  evidence: 'What proves it',
  approval: 'Why',
};

/** What a cell asks the person before it, and the answer; for one server, or for all that ask the same. */
export function CellQuestion({ operation, cell, question }: CellQuestionProps) {
  const [choice, setChoice] = useState(question.choices?.[0] ?? '');
  const [text, setText] = useState('');
  const [forAll, setForAll] = useState(false);
  const [files, setFiles] = useState<readonly Attachment[]>([]);
  const [attachError, setAttachError] = useState<SerializedError | null>(null);
  const answer = useAction(client.operations.answer);
  const stepTitle = operation.steps.find(({ id }) => id === cell.stepId)?.title;
  const asking = operation.cells.filter((each) => each.stepId === cell.stepId && each.state === 'waiting');
  const words = text.trim();
  const attachments = files.map(({ id }) => id);
  const problem = (value: string) => answerProblem(question, { value, note: words, attachments });
  const give = (value: string) => {
    const note = { ...(question.kind === 'text' || words === '' ? {} : { note: words }), ...(attachments.length > 0 && { attachments }) };
    void answer.run({ id: operation.id, stepId: cell.stepId, ...(forAll ? {} : { serverIds: [cell.serverId] }), answer: { value, ...note } });
  };
  return (
    <section aria-label="Question" className="flex flex-col gap-3 rounded border border-warn/40 bg-warn/5 p-3">
      {question.title !== stepTitle && <h3 className="font-semibold">{question.title}</h3>}
      {question.help && <MarkdownText text={question.help} />}
      {question.statement && <pre className="rounded-sm bg-bg px-2.5 py-1.5 font-mono text-xs whitespace-pre-wrap select-text">{question.statement}</pre>}
      {question.kind === 'approval' && <ApprovalAnswer id={operation.id} stepId={cell.stepId} />}
      {question.kind === 'choice' && (
        <Field label="Choose">
          {(field) => (
            <Select {...field} field value={choice} options={(question.choices ?? []).map((each) => ({ value: each, label: each }))} onChange={setChoice} />
          )}
        </Field>
      )}
      <Field label={noteLabels[question.kind]} hint={question.kind === 'evidence' ? 'It stays in the record of this run.' : undefined}>
        {(field) => <Textarea {...field} value={text} maxLength={16_000} onChange={(event) => setText(event.target.value)} />}
      </Field>
      {question.kind === 'evidence' && (
        <div className="flex flex-wrap items-center gap-2">
          <AttachButton
            place={{ id: operation.id, serverId: cell.serverId, stepId: cell.stepId }}
            onAttached={(file) => setFiles((before) => [...before, file])}
            onError={setAttachError}
          />
          <span className="text-sm text-muted">{files.length === 0 ? 'Files that prove it' : files.map(({ name }) => name).join(', ')}</span>
        </div>
      )}
      {attachError && <ErrorPanel error={attachError} />}
      {asking.length > 1 && (
        <Checkbox checked={forAll} onChange={setForAll}>
          Answer for all {count(asking.length, 'server')} that ask this
        </Checkbox>
      )}
      {answer.error && <ErrorPanel error={answer.error} />}
      <div className="flex items-center gap-1.5">
        {question.kind === 'confirm' && (
          <>
            <Button variant="primary" icon={Check} busy={answer.busy} onClick={() => give('yes')}>
              Yes
            </Button>
            <Button icon={X} busy={answer.busy} onClick={() => give('no')}>
              No
            </Button>
          </>
        )}
        {question.kind === 'choice' && (
          <Button variant="primary" icon={Check} busy={answer.busy} disabled={problem(choice) !== null} onClick={() => give(choice)}>
            Take it
          </Button>
        )}
        {question.kind === 'text' && (
          <Button variant="primary" icon={Check} busy={answer.busy} disabled={problem(words) !== null} onClick={() => give(words)}>
            Answer
          </Button>
        )}
        {question.kind === 'evidence' && (
          <Button variant="primary" icon={Check} busy={answer.busy} disabled={problem('done') !== null} onClick={() => give('done')}>
            It is done
          </Button>
        )}
        {question.kind === 'approval' && (
          <Button icon={X} busy={answer.busy} onClick={() => give('refused')}>
            Refuse
          </Button>
        )}
      </div>
    </section>
  );
}
