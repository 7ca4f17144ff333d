import { type DocumentFields, type DocumentKind, type DocumentSummary, documentFieldsSchema } from '../../../shared/model/document.ts';
import type { StackId } from '../../../shared/model/ids.ts';

/** A document as it is being typed, its text apart. */
export interface DocumentForm {
  name: string;
  title: string;
  kind: DocumentKind;
  owner: string;
  reviewedOn: string;
  nextReviewOn: string;
  servers: string;
  groups: string;
  stacks: string;
}

/** The form of a document; null: of a new one. */
export function documentFormOf(document: DocumentSummary | null): DocumentForm {
  return {
    ...{ name: document?.name ?? '', title: document?.title ?? '', kind: document?.kind ?? 'procedure', owner: document?.owner ?? '' },
    ...{ reviewedOn: document?.reviewedOn ?? '', nextReviewOn: document?.nextReviewOn ?? '' },
    servers: (document?.servers ?? []).join(' '),
    groups: (document?.groups ?? []).join(' '),
    stacks: (document?.stacks ?? []).join(' '),
  };
}

/** The fields that a form says. */
export function toDocumentFields(form: DocumentForm): DocumentFields {
  const text = (value: string) => value.trim() || null;
  const words = (value: string) => [...new Set(value.split(/[\s,]+/).filter(Boolean))];
  return {
    ...{ name: form.name.trim(), title: form.title.trim(), kind: form.kind, owner: text(form.owner) },
    ...{ reviewedOn: text(form.reviewedOn), nextReviewOn: text(form.nextReviewOn) },
    ...{ servers: words(form.servers), groups: words(form.groups), stacks: words(form.stacks) as StackId[] },
  };
}

/** What is wrong with a form, by field. */
export function documentProblems(form: DocumentForm): { [K in keyof DocumentForm]?: string } {
  const problems: { [K in keyof DocumentForm]?: string } = {};
  for (const { path, message } of documentFieldsSchema.safeParse(toDocumentFields(form)).error?.issues ?? []) {
    const key = String(path[0]) as keyof DocumentForm;
    problems[key] ??= message;
  }
  for (const key of ['name', 'title'] as const) if (form[key].trim() === '') problems[key] = 'Needed';
  return problems;
}

/** The fields that differ from those of a document. */
export function documentChanges(before: DocumentSummary, form: DocumentForm): Partial<DocumentFields> {
  const said = Object.entries(toDocumentFields(form));
  return Object.fromEntries(said.filter(([key, value]) => JSON.stringify(value) !== JSON.stringify(before[key as keyof DocumentFields])));
}

/** A short name made of a title: what no name may hold becomes `-`. */
export function nameOfTitle(title: string): string {
  return title
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[^a-z0-9._-]+/g, '-')
    .replace(/^[^a-z0-9]+/, '')
    .slice(0, 63)
    .replace(/-+$/, '');
}
