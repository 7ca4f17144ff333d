import { LogIn } from 'lucide-react';
import { useCallback, useEffect, useRef, useState } from 'react';
import type { LoginEvent } from '../../../shared/contract/access.ts';
import type { SerializedError } from '../../../shared/errors.ts';
import { client } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { Spinner } from '../../ui/Spinner.tsx';

type Questions = Extract<LoginEvent, { kind: 'questions' }>;
type State = { step: 'waiting' } | { step: 'asking'; questions: Questions } | { step: 'failed'; error: SerializedError };

/** The part of the client that a login needs. */
export type LoginClient = Pick<typeof client.access, 'login' | 'answer'>;

interface LoginDialogProps {
  name: string;
  onClose(): void;
  onConnected(): void;
  access?: LoginClient;
}

// The client makes a new object at each look; one that stays the same keeps a login from being started anew.
const coreAccess: LoginClient = client.access;

/** Logs in with the person there: what the server asks stands in fields, and the answers go to it and nowhere else. */
export function LoginDialog({ name, onClose, onConnected, access = coreAccess }: LoginDialogProps) {
  const [state, setState] = useState<State>({ step: 'waiting' });
  const [answers, setAnswers] = useState<string[]>([]);
  const [attempt, setAttempt] = useState(0);
  const done = useRef(onConnected);
  done.current = onConnected;

  const follow = useCallback(
    async (signal: AbortSignal) => {
      try {
        for await (const event of await access.login({ name }, { signal })) {
          if (signal.aborted) return;
          if (event.kind === 'connected') return done.current();
          setAnswers(event.prompts.map(() => ''));
          setState({ step: 'asking', questions: event });
        }
      } catch (error) {
        if (!signal.aborted) setState({ step: 'failed', error: toSerializedError(error) });
      }
    },
    [access, name],
  );
  // biome-ignore lint/correctness/useExhaustiveDependencies: another attempt is another login.
  useEffect(() => {
    const leaving = new AbortController();
    setState({ step: 'waiting' });
    void follow(leaving.signal);
    return () => leaving.abort();
  }, [follow, attempt]);

  const send = () => {
    if (state.step !== 'asking') return;
    setState({ step: 'waiting' });
    void access.answer({ questionId: state.questions.questionId, answers });
    setAnswers([]);
  };
  const close = () => {
    if (state.step === 'asking') void access.answer({ questionId: state.questions.questionId, answers: null });
    onClose();
  };
  const questions = state.step === 'asking' ? state.questions : null;
  return (
    <Dialog
      open
      onClose={close}
      onSubmit={send}
      width="narrow"
      title={`Log in to ${name}`}
      description="Answers go to the server. They are not kept."
      footer={
        <>
          <Button onClick={close}>Cancel</Button>
          {state.step === 'failed' ? (
            <Button variant="primary" onClick={() => setAttempt(attempt + 1)}>
              Try again
            </Button>
          ) : (
            <Button type="submit" variant="primary" icon={LogIn} busy={state.step === 'waiting'} disabled={questions === null}>
              Log in
            </Button>
          )}
        </>
      }
    >
      <div className="flex min-h-[136px] flex-col gap-3 pb-2">
        {state.step === 'waiting' && (
          <p role="status" className="flex items-center gap-2 text-muted">
            <Spinner /> Talking to the server
          </p>
        )}
        {questions && (
          <>
            <p className="text-muted">
              <code className="font-mono text-sm">
                {questions.user}@{questions.server}
              </code>{' '}
              asks{questions.title ? `: ${questions.title}` : ':'}
            </p>
            {questions.instructions && <p className="whitespace-pre-wrap">{questions.instructions}</p>}
            {questions.prompts.map((prompt, index) => (
              <Field key={`${questions.questionId} ${prompt.text} ${index}`} label={prompt.text.trim().replace(/:$/, '') || 'Answer'}>
                {(field) => (
                  <Input
                    {...field}
                    autoFocus={index === 0}
                    type={prompt.echo ? 'text' : 'password'}
                    autoComplete="one-time-code"
                    value={answers[index] ?? ''}
                    onChange={(event) => setAnswers(answers.map((answer, at) => (at === index ? event.target.value : answer)))}
                  />
                )}
              </Field>
            ))}
          </>
        )}
        {state.step === 'failed' && <ErrorPanel error={state.error} />}
      </div>
    </Dialog>
  );
}
