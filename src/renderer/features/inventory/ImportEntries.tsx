import { useMemo, useState } from 'react';
import type { ImportEntry, ImportPreview } from '../../../shared/contract/servers.ts';
import { Button } from '../../ui/Button.tsx';
import { Checkbox } from '../../ui/Checkbox.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { StateMark } from '../../ui/StateMark.tsx';
import { countByStatus, importStatuses, shownEntries } from './importView.ts';

interface ImportEntriesProps {
  preview: ImportPreview;
  chosen: ReadonlySet<string>;
  onChoose(ids: readonly string[], on: boolean): void;
}

/** Rows drawn before a person asks for all: a file of thousands opens at once. */
const firstRows = 200;

/** What a source holds, to choose from: filters, entries, and what belongs to no entry. */
export function ImportEntries({ preview, chosen, onChoose }: ImportEntriesProps) {
  const { entries, remarks } = preview;
  const [status, setStatus] = useState<ImportEntry['status'] | null>(null);
  const [text, setText] = useState('');
  const [all, setAll] = useState(false);
  const counts = useMemo(() => countByStatus(entries), [entries]);
  const shown = useMemo(() => shownEntries(entries, status, text), [entries, status, text]);
  const possible = shown.filter(({ action }) => action !== null);
  const picked = possible.filter(({ id }) => chosen.has(id));
  return (
    <>
      <div className="sticky -top-2 z-10 flex flex-wrap items-center gap-1.5 bg-float py-2">
        <Chip on={status === null} count={entries.length} onClick={() => setStatus(null)}>
          All
        </Chip>
        {(Object.keys(importStatuses) as ImportEntry['status'][]).map(
          (each) =>
            counts[each] > 0 && (
              <Chip key={each} on={status === each} count={counts[each]} onClick={() => setStatus(status === each ? null : each)}>
                {importStatuses[each].word}
              </Chip>
            ),
        )}
        <Input
          aria-label="Filter entries"
          placeholder="Filter"
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => event.key === 'Enter' && event.preventDefault()}
          className="ml-auto h-[26px] max-w-52"
        />
      </div>
      <div className="flex h-7 items-center gap-2 border-y border-line text-sm text-muted">
        <Checkbox
          checked={possible.length > 0 && picked.length === possible.length}
          indeterminate={picked.length > 0 && picked.length < possible.length}
          disabled={possible.length === 0}
          onChange={(on) =>
            onChoose(
              possible.map(({ id }) => id),
              on,
            )
          }
        >
          {count(picked.length, 'entry', 'entries')} of {shown.length.toLocaleString('en')} chosen
        </Checkbox>
      </div>
      {shown.length === 0 && <p className="py-4 text-muted">{entries.length === 0 ? 'It names no servers.' : 'No entry fits this filter.'}</p>}
      <ul aria-label="Entries">
        {(all ? shown : shown.slice(0, firstRows)).map((entry) => (
          <EntryRow key={entry.id} entry={entry} checked={chosen.has(entry.id)} onChange={(on) => onChoose([entry.id], on)} />
        ))}
      </ul>
      {!all && shown.length > firstRows && (
        <Button className="my-2" onClick={() => setAll(true)}>
          Show all {shown.length.toLocaleString('en')}
        </Button>
      )}
      {remarks.length > 0 && (
        <section aria-label="Not part of an entry" className="pt-3">
          <h3 className="font-semibold">Not part of an entry</h3>
          <ul className="mt-1 text-sm">
            {remarks.slice(0, 500).map(({ source, text: remark }, index) => (
              <li key={`${source} ${index}`} className="grid grid-cols-[minmax(140px,1fr)_minmax(220px,2fr)] gap-3 border-t border-hairline py-1">
                <Place>{source}</Place>
                <span className="break-words text-muted">{remark}</span>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}

function EntryRow({ entry, checked, onChange }: { entry: ImportEntry; checked: boolean; onChange(on: boolean): void }) {
  const { fields, status, name, differences, notes, action } = entry;
  return (
    <li className="grid grid-cols-[14px_minmax(150px,1.1fr)_96px_minmax(220px,2fr)] items-start gap-x-2.5 border-b border-hairline py-1.5">
      <span className="flex h-[1.45em] items-center">
        <Checkbox checked={checked} disabled={action === null} onChange={onChange} ariaLabel={`${action === 'update' ? 'Change' : 'Add'} ${name}`} />
      </span>
      <span className="min-w-0">
        <b className="block truncate font-semibold" title={name}>
          {name}
        </b>
        {fields && (
          <span className="block truncate font-mono text-sm text-muted">
            {fields.user}@{fields.host}:{fields.port}
          </span>
        )}
        {fields?.jump && <span className="block truncate text-sm text-muted">through {fields.jump}</span>}
      </span>
      <StateMark tone={importStatuses[status].tone}>{importStatuses[status].word}</StateMark>
      <span className="min-w-0 text-sm text-muted">
        {differences.map(({ field, present, imported }) => (
          <span key={field} className="block break-words">
            <b className="font-medium text-text">{field}</b> <del className="decoration-faint">{present}</del> →{' '}
            <ins className="text-text no-underline">{imported}</ins>
          </span>
        ))}
        {notes.map((note) => (
          <span key={note} className="block break-words">
            {note}
          </span>
        ))}
        <Place>{entry.source}</Place>
      </span>
    </li>
  );
}

/** A place in a file; the end of a long one says most. */
function Place({ children }: { children: string }) {
  return (
    <span title={children} className="block truncate text-left font-mono text-xs text-faint [direction:rtl]">
      <bdi>{children}</bdi>
    </span>
  );
}
