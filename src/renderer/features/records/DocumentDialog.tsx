import { useState } from 'react';
import { type DocumentKind, documentKindSchema, documentKinds } from '../../../shared/model/document.ts';
import { titleOfText } from '../../../shared/model/markdownTitle.ts';
import { client } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Dialog } from '../../ui/Dialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { documentFormOf, documentProblems, nameOfTitle, toDocumentFields } from './documentForm.ts';
import { useRefreshRecords } from './useRecords.ts';

interface DocumentDialogProps {
  /** A file that it is made of. */
  file: { name: string; text: string } | null;
  onClose(): void;
  onAdded(name: string): void;
  add?: typeof client.documents.add;
}

const kinds = documentKindSchema.options.map((value) => ({ value, label: documentKinds[value] }));

/** Asks for what a new document is called; its text comes from a file, or is written next. */
export function DocumentDialog({ file, onClose, onAdded, add = client.documents.add }: DocumentDialogProps) {
  const [form, setForm] = useState(() => {
    const title = file === null ? '' : (titleOfText(file.text) ?? file.name);
    return { ...documentFormOf(null), title, name: file === null ? '' : nameOfTitle(file.name) };
  });
  const [isNamed, setNamed] = useState(file !== null);
  const refresh = useRefreshRecords();
  const adding = useAction(add, ({ name }) => {
    refresh();
    onAdded(name);
  });
  const problems = documentProblems(form);
  const isRight = Object.keys(problems).length === 0;
  const submit = () => isRight && void adding.run({ fields: toDocumentFields(form), text: file?.text ?? `# ${form.title.trim()}\n\n` });
  return (
    <Dialog
      open
      onClose={onClose}
      onSubmit={submit}
      width="narrow"
      title={file === null ? 'New document' : `Import ${file.name}`}
      description={file === null ? 'You write its text next.' : `${file.text.length.toLocaleString('en')} characters of Markdown become its first version.`}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" variant="primary" busy={adding.busy} disabled={!isRight}>
            {file === null ? 'Add and write' : 'Import'}
          </Button>
        </>
      }
    >
      <div className="flex flex-col gap-3 pb-2">
        <Field label="Title" error={form.title === '' ? null : (problems.title ?? null)}>
          {(field) => (
            <Input
              {...field}
              autoFocus
              value={form.title}
              placeholder="Access to production"
              onChange={(event) =>
                setForm((before) => ({ ...before, title: event.target.value, ...(isNamed ? {} : { name: nameOfTitle(event.target.value) }) }))
              }
            />
          )}
        </Field>
        <Field label="Short name" hint="In addresses and commands" error={form.name === '' ? null : (problems.name ?? null)}>
          {(field) => (
            <Input
              {...field}
              value={form.name}
              className="font-mono"
              onChange={(event) => {
                setNamed(true);
                setForm((before) => ({ ...before, name: event.target.value }));
              }}
            />
          )}
        </Field>
        <Field label="Kind">
          {(field) => (
            <Select<DocumentKind> {...field} field value={form.kind} options={kinds} onChange={(kind) => setForm((before) => ({ ...before, kind }))} />
          )}
        </Field>
        <Field label="Owner" hint="Person or team that answers for it">
          {(field) => <Input {...field} value={form.owner} onChange={(event) => setForm((before) => ({ ...before, owner: event.target.value }))} />}
        </Field>
        {adding.error && <ErrorPanel error={adding.error} />}
      </div>
    </Dialog>
  );
}
