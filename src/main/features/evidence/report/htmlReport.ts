import type { Block, DocumentCell, ReportDocument, Tone } from './documentModel.ts';

const marks: Partial<Record<Tone, string>> = { good: '✓', warn: '▲', bad: '✗' };

const style = `
:root { color-scheme: light; --line: #d8dee4; --muted: #57606a; --good: #1a7f37; --warn: #8a5a00; --bad: #b42318; --surface: #f6f8fa; }
* { box-sizing: border-box; }
body { font: 14px/1.5 Inter, "Segoe UI", system-ui, sans-serif; color: #1f2328; background: #fff; margin: 0 auto; padding: 32px 24px 64px; max-width: 1040px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 4px; } h2 { font-size: 17px; margin: 32px 0 8px; } h3 { font-size: 14px; margin: 20px 0 4px; }
p { margin: 4px 0 8px; overflow-wrap: anywhere; white-space: pre-line; } .muted { color: var(--muted); } .good { color: var(--good); } .warn { color: var(--warn); } .bad { color: var(--bad); }
.verdict { font-weight: 600; font-size: 16px; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } th, td { text-align: left; vertical-align: top; padding: 4px 10px 4px 0; border-bottom: 1px solid var(--line); overflow-wrap: anywhere; white-space: pre-line; }
th { font-size: 12px; color: var(--muted); font-weight: 600; white-space: nowrap; }
table.facts th { width: 170px; font-size: 13px; }
code, pre { font: 12px/1.45 "JetBrains Mono", ui-monospace, Menlo, Consolas, monospace; } code { overflow-wrap: anywhere; }
pre { background: var(--surface); border: 1px solid var(--line); border-radius: 6px; padding: 10px 12px; white-space: pre-wrap; overflow-wrap: anywhere; margin: 4px 0 16px; }
figure { margin: 0; } figcaption { font-size: 12px; color: var(--muted); overflow-wrap: anywhere; }
footer { margin-top: 40px; border-top: 1px solid var(--line); padding-top: 8px; font-size: 12px; color: var(--muted); overflow-wrap: anywhere; }
@page { size: A4; margin: 16mm 14mm; }
@media print { body { padding: 0; max-width: none; font-size: 10.5pt; } h2, h3 { break-after: avoid; } tr { break-inside: avoid; } thead { display: table-header-group; } .new-page { break-before: page; } pre { background: none; } }
`;

/**
 * Writes a report as one HTML file that needs nothing else: no scripts, and a policy in it that lets none run. It prints on A4 with the
 * heads of tables on every page. What comes from servers and people is text, never markup.
 */
export function htmlReport(document: ReportDocument): string {
  const blocks = document.blocks.map(block).join('\n');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${safe(`${document.title}: ${document.subtitle}`)}</title>
<style>${style}</style>
</head>
<body>
<main>
<h1>${safe(document.title)}</h1>
<p class="muted">${safe(document.subtitle)}</p>
<p class="verdict ${document.verdict.tone ?? 'plain'}">${toned(document.verdict)}</p>
${blocks}
</main>
<footer>${safe(document.footer)}</footer>
</body>
</html>
`;
}

function block(each: Block): string {
  switch (each.kind) {
    case 'heading':
      return `<h${each.level}>${safe(each.text)}</h${each.level}>`;
    case 'text':
      return `<p class="${each.tone ?? 'plain'}">${safe(each.text)}</p>`;
    case 'facts':
      return `<table class="facts"><tbody>\n${each.rows.map(({ label, value }) => `<tr><th scope="row">${safe(label)}</th>${inTable(value)}</tr>`).join('\n')}\n</tbody></table>`;
    case 'table': {
      const head = each.head.map((text) => `<th scope="col">${safe(text)}</th>`).join('');
      const rows = each.rows.map((row) => `<tr>${row.map(inTable).join('')}</tr>`).join('\n');
      return `<div class="wide"><table><thead><tr>${head}</tr></thead><tbody>\n${rows}\n</tbody></table></div>`;
    }
    case 'code':
      return `<figure><figcaption>${safe(each.caption)}</figcaption><pre>${safe(each.text)}</pre></figure>`;
    case 'new-page':
      return '<div class="new-page"></div>';
  }
}

function inTable(cell: DocumentCell): string {
  const text = cell.mono === true ? `<code>${safe(cell.text)}</code>` : toned(cell);
  return `<td${cell.tone === undefined || cell.tone === 'plain' ? '' : ` class="${cell.tone}"`}>${text}</td>`;
}

function toned({ text, tone }: DocumentCell): string {
  const mark = tone === undefined ? undefined : marks[tone];
  return mark === undefined || text === '' ? safe(text) : `<span aria-hidden="true">${mark}</span> ${safe(text)}`;
}

function safe(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
