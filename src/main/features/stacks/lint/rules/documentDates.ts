import { isDocument } from '../lintFiles.ts';
import { found, type LintRule } from '../lintSubject.ts';

/** Documents that nobody keeps. */
export const documentDates: LintRule = {
  id: 'document-dates',
  title: 'A document with placeholders for contacts or a review that is due',
  why: 'In the night when it is needed, devops@example.com reaches nobody, and a guide whose review is long due describes another system. Put in who is to be reached, and review it or say that it still holds.',
  traps: ['X-131'],
  *check({ files, nowMs }) {
    for (const { path, text } of files.filter(isDocument)) {
      for (const [index, raw] of text.split('\n', 20_000).entries()) {
        const line = raw.slice(0, 2000);
        const at = { file: path, line: index + 1 };
        const contact =
          /[\w.+-]+@(?:example\.(?:com|org|net)|company\.com|yourcompany\.\w+|your-?domain\.\w+)\b/i.exec(line)?.[0] ??
          (/\b(?:TBD|TODO|FIXME|xxx-xxxx|\+1[- ]?555)/.test(line) && /contact|phone|on-?call|escalat/i.test(line) ? 'a placeholder' : undefined);
        if (contact !== undefined) yield found('note', 'X-131', at, `${contact} reaches nobody.`, 'Put in who is to be reached.');
        const due = /next\s+review\W{0,8}(\d{4}-\d{2}(?:-\d{2})?)/i.exec(line)?.[1];
        const dueMs = Date.parse(due ?? '');
        if (due !== undefined && dueMs < nowMs)
          yield found(
            'note',
            'X-131',
            at,
            `The review of ${due} is ${Math.max(1, Math.round((nowMs - dueMs) / 86_400_000))} days overdue.`,
            'Review the document and set the next date.',
          );
      }
    }
  },
};
