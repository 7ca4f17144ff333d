import { useMemo, useState } from 'react';
import { type DocumentKind, type DocumentSummary, documentKindSchema, documentKinds } from '../../../shared/model/document.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input, Textarea } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { useUnsavedChanges } from '../inventory/useUnsavedChanges.tsx';
import { type DocumentForm, documentChanges, documentFormOf, documentProblems } from './documentForm.ts';
import { MarkdownText } from './MarkdownText.tsx';
import { useRefreshRecords } from './useRecords.ts';

interface DocumentEditorProps {
  document: DocumentSummary;
  text: string;
  onClose(): void;
  onSaved(document: DocumentSummary): void;
  save?: typeof client.documents.edit;
}

const kinds = documentKindSchema.options.map((value) => ({ value, label: documentKinds[value] }));

/** Writes a document: its text with a preview beside it, and what is said about it. Another text is a new version. */
export function DocumentEditor({ document: given, text: givenText, onClose, onSaved, save = client.documents.edit }: DocumentEditorProps) {
  // What is edited stays what it was when the editor was opened, whatever others save meanwhile.
  const [{ document, text }] = useState({ document: given, text: givenText });
  const [form, setForm] = useState(() => documentFormOf(document));
  const [draft, setDraft] = useState(text);
  const [note, setNote] = useState('');
  const changes = useMemo(() => documentChanges(document, form), [document, form]);
  const problems = documentProblems(form);
  const isNewText = draft !== text;
  const isDirty = isNewText || Object.keys(changes).length > 0;
  const isRight = Object.keys(problems).length === 0;
  const unsaved = useUnsavedChanges(isDirty, `You changed “${document.title}”.`);
  const refresh = useRefreshRecords();
  const edit = useAction(save, (saved) => {
    unsaved.release();
    refresh();
    onSaved(saved);
  });
  const submit = () => {
    if (!isDirty || !isRight) return;
    void edit.run({
      name: document.name,
      fields: changes,
      ...(isNewText ? { text: draft, baseVersion: document.version, note: note.trim() || null } : {}),
    });
  };
  const field = (key: Exclude<keyof DocumentForm, 'kind'>, label: string, span: string, more: { type?: string; hint?: string; mono?: boolean } = {}) => (
    <Field label={label} hint={more.hint} error={problems[key] ?? null} className={span}>
      {(props) => (
        <Input
          {...props}
          type={more.type ?? 'text'}
          value={form[key]}
          className={more.mono ? 'font-mono' : undefined}
          onChange={(event) => setForm((before) => ({ ...before, [key]: event.target.value }))}
        />
      )}
    </Field>
  );
  return (
    <form
      className="flex min-h-0 flex-1 flex-col gap-3 px-4 pb-3"
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <div className="grid shrink-0 grid-cols-12 gap-x-3 gap-y-2">
        {field('title', 'Title', 'col-span-4')}
        {field('name', 'Short name', 'col-span-2', { mono: true })}
        <Field label="Kind" className="col-span-2">
          {(props) => (
            <Select<DocumentKind> {...props} field value={form.kind} options={kinds} onChange={(kind) => setForm((before) => ({ ...before, kind }))} />
          )}
        </Field>
        {field('owner', 'Owner', 'col-span-4')}
        {field('reviewedOn', 'Reviewed on', 'col-span-2', { type: 'date' })}
        {field('nextReviewOn', 'Next review', 'col-span-2', { type: 'date' })}
        {field('groups', 'Groups', 'col-span-2')}
        {field('stacks', 'Stacks', 'col-span-2')}
        {field('servers', 'Servers', 'col-span-4')}
      </div>
      <div className="grid min-h-0 flex-1 grid-cols-2 gap-3">
        <Textarea
          aria-label="Text in Markdown"
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          className="h-full min-h-0 resize-none px-3 py-2 font-mono text-sm"
        />
        <section aria-label="Preview" tabIndex={0} className="min-h-0 overflow-y-auto rounded border border-line bg-surface px-5 py-3">
          <MarkdownText text={draft} />
        </section>
      </div>
      {edit.error && <ErrorPanel error={edit.error} />}
      <div className="flex shrink-0 items-center gap-2">
        <Input
          aria-label="What you changed"
          placeholder={isNewText ? `What you changed, for version ${document.version + 1}` : 'The text is as it was: no new version'}
          disabled={!isNewText}
          value={note}
          onChange={(event) => setNote(event.target.value)}
          className="max-w-md"
        />
        <span className="ml-auto" />
        <Button onClick={onClose}>Cancel</Button>
        <Button type="submit" variant="primary" busy={edit.busy} disabled={!isDirty || !isRight}>
          {isNewText ? `Save version ${document.version + 1}` : 'Save'}
        </Button>
      </div>
      {unsaved.question}
    </form>
  );
}
