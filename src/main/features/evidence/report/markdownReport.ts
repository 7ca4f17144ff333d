import type { Block, DocumentCell, ReportDocument } from './documentModel.ts';

/** Writes a report in Markdown with tables of GitHub's flavour. What comes from servers and people cannot become markup. */
export function markdownReport(document: ReportDocument): string {
  const parts = [`# ${safe(document.title)}`, `${safe(document.subtitle)}. **${safe(document.verdict.text)}**`, ...document.blocks.map(block)];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

function block(each: Block): string {
  switch (each.kind) {
    case 'heading':
      return `${'#'.repeat(each.level)} ${safe(each.text)}`;
    case 'text':
      return each.text
        .split(/\n{2,}/)
        .map(safe)
        .join('\n\n');
    case 'facts':
      return table(
        ['', ''],
        each.rows.map(({ label, value }) => [{ text: label }, value]),
      );
    case 'table':
      return table(each.head, each.rows);
    case 'code':
      return `${safe(each.caption)}\n\n${fenced(each.text)}`;
    case 'new-page':
      return '---';
  }
}

function table(head: readonly string[], rows: readonly (readonly DocumentCell[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [line(head.map(safe)), line(head.map(() => '---')), ...rows.map((row) => line(row.map(inTable)))].join('\n');
}

function inTable({ text, mono }: DocumentCell): string {
  if (text === '') return '';
  if (mono === true && !text.includes('`') && !text.includes('\n')) return `\`${text.replaceAll('|', '\\|')}\``;
  return safe(text).replaceAll('\n', '<br>');
}

function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.endsWith('\n') ? text : `${text}\n`}${fence}`;
}

function safe(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/([\\`*_[\]|#~])/g, '\\$1');
}
