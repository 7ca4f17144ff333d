import { useQuery } from '@tanstack/react-query';
import { ScrollText } from 'lucide-react';
import { type FormEvent, useDeferredValue, useState } from 'react';
import { errorWording } from '../../../shared/errorWording.ts';
import { orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { Section } from '../../ui/PageHeader.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { TargetField } from '../targets/TargetField.tsx';
import { useTargets } from '../targets/useTargets.ts';
import { type Choice, choicesOf, picked, toggled } from './logChoices.ts';
import { type LogQuery, logQuery, wantWords } from './logQuery.ts';

function ChoiceList({ title, choices, query, onQuery }: { title: string; choices: readonly Choice[]; query: LogQuery; onQuery(query: LogQuery): void }) {
  if (choices.length === 0) return null;
  return (
    <Section title={title}>
      <ul className="columns-1 gap-6 wide:columns-2">
        {choices.map((choice) => (
          <li key={`${choice.list}:${choice.value}`} className="flex h-7 break-inside-avoid items-center" style={{ paddingLeft: choice.depth * 18 }}>
            <Checkbox checked={picked(query, choice)} onChange={(on) => onQuery(toggled(query, choice, on))} className="min-w-0 items-center">
              <span className="flex min-w-0 items-baseline gap-2">
                <span className="truncate font-mono text-sm">{choice.label}</span>
                <span className="truncate text-sm text-faint">{choice.hint}</span>
              </span>
            </Checkbox>
          </li>
        ))}
      </ul>
    </Section>
  );
}

/** Asks what to follow: on which servers, and which of the containers, units and files that are there. */
export function LogChooser({ initial, onFollow }: { initial: LogQuery | null; onFollow(query: LogQuery): void }) {
  const [query, setQuery] = useState<LogQuery>(initial ?? logQuery(''));
  const [file, setFile] = useState('');
  const targets = useTargets(query.on);
  const selector = useDeferredValue(query.on.trim());
  const isReady = targets.rows.length > 0 && targets.error === null;
  const sources = useQuery(
    orpc.logs.sources.queryOptions({ input: { selector: selector || 'none', stacks: [] }, enabled: isReady && selector !== '', staleTime: 10_000 }),
  );
  const choices = choicesOf(sources.data?.sources ?? []);
  const files = file.trim() === '' ? query.files : [...new Set([...query.files, file.trim()])];
  const badFile = file !== '' && !/^\/./.test(file.trim()) ? 'The path begins with /.' : null;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (isReady && badFile === null) onFollow({ ...query, on: query.on.trim(), files });
  };
  return (
    <form onSubmit={submit} className="flex min-h-0 flex-1 flex-col gap-5 overflow-y-auto px-4 pt-1 pb-6">
      <TargetField selector={query.on} targets={targets} onChange={(on) => setQuery({ ...query, on })} autoFocus reads />
      {isReady && (
        <>
          {sources.isPending && <SkeletonRows count={5} label="Asking the servers" />}
          {sources.error && <ErrorPanel error={toSerializedError(sources.error)} actions={<Button onClick={() => void sources.refetch()}>Try again</Button>} />}
          {sources.data?.failures.map(({ serverName, error }) => (
            <p key={serverName} className="text-sm text-warn">
              {serverName} did not say what it has: {errorWording(error).sentence}
            </p>
          ))}
          <ChoiceList title="Stacks and their services" choices={choices.stacks} query={query} onQuery={setQuery} />
          <ChoiceList title="Other containers" choices={choices.containers} query={query} onQuery={setQuery} />
          <ChoiceList title="Units of the journal" choices={choices.units} query={query} onQuery={setQuery} />
          <Field label="A file" hint="Absolute path; followed through rotations. Beside what is ticked above." error={badFile} className="max-w-[520px]">
            {(field) => <Input {...field} value={file} className="font-mono" placeholder="/var/log/syslog" onChange={(event) => setFile(event.target.value)} />}
          </Field>
        </>
      )}
      <div className="flex items-center gap-3">
        <Button type="submit" variant="primary" icon={ScrollText} disabled={!isReady || badFile !== null}>
          Follow
        </Button>
        {isReady && <span className="truncate text-muted">{wantWords({ ...query, files })}</span>}
      </div>
    </form>
  );
}
