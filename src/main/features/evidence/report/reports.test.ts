import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { reportDocument } from './documentRules.ts';
import { gatherReport, hashOfValue } from './gatherReport.ts';
import { htmlReport } from './htmlReport.ts';
import { lettersOf } from './letterRules.ts';
import { markdownReport } from './markdownReport.ts';
import { pdfInThread } from './pdfInThread.ts';
import { pdfReport, readPdfFonts } from './pdfReport.ts';
import { setIn } from './pdfTextRules.ts';
import { sampleReport } from './testing/sampleReport.ts';

const fonts = join(import.meta.dirname, '../../../../../resources/fonts');
const report = () => gatherReport(sampleReport());
const layout = async () => reportDocument(await report());

describe('a report', () => {
  it('in Markdown is as it was looked at', async () => {
    await expect(markdownReport(await layout())).toMatchFileSnapshot('./fixtures/sample.md');
  });

  it('in HTML is as it was looked at, and nothing in it can run or be fetched', async () => {
    const html = htmlReport(await layout());
    expect(html).not.toMatch(/<script|\son[a-z]+=|src=|href=|url\(/i);
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    await expect(html.replace(/<style>[\s\S]*<\/style>/, '')).toMatchFileSnapshot('./fixtures/sample.html');
  });

  it('in PDF is the same bytes each time, has its letters in it, and does not stumble over those it lacks', async () => {
    const [one, other] = await Promise.all([layout(), layout()].map(async (document) => pdfReport(await document, await readPdfFonts(fonts))));
    expect(one?.subarray(0, 8).toString()).toBe('%PDF-1.7');
    expect(one?.equals(other ?? Buffer.alloc(0))).toBe(true);
    expect(one?.toString('latin1')).toMatch(/\/FontFile2/);
    expect((await pdfInThread({ document: await layout(), fonts })).equals(one ?? Buffer.alloc(0))).toBe(true);
    await expect(pdfInThread({ document: await layout(), fonts: '/nowhere' })).rejects.toThrow('ENOENT');
  });

  it('in JSON has every fact, and says no secret', async () => {
    const found = await report();
    expect(found).toMatchObject({
      ...{
        outcome: 'Failed on some servers',
        servers: ['gpu-1', 'gpu-2'],
        definition: { id: 'hardening', version: 3, sha256: hashOfValue({ version: 3, id: 'hardening' }) },
      },
      inputs: [{ value: 'the secret “registry/token” (its value is not shown)' }, { value: 'ops' }],
      output: { entries: 4, dropped: false },
    });
    expect(JSON.stringify(found)).not.toContain('hunter2');
    const [approved] = found.steps[2]?.cells[0]?.answers ?? [];
    expect(approved).toMatchObject({ who: 'Grace', files: ['ports.txt'], attestation: 'ssh-ed25519 AAAA… signed' });
    expect(found.steps[1]?.cells[1]?.parts).toEqual([{ part: 'apply', exitCode: 4, atMs: expect.any(Number) }]);
  });

  it('keeps beginning and end of long output, with the hash of all of it', async () => {
    const source = sampleReport();
    const line = (seq: number) => ({
      seq,
      atMs: 1,
      serverId: source.operation.targets[0]?.serverId ?? null,
      stepId: 'keys',
      phase: 'apply' as const,
      stream: 'stdout' as const,
      encoding: 'utf8' as const,
      data: `${seq} ${'x'.repeat(997)}\n`,
    });
    const entries = Array.from({ length: 100 }, (_, seq) => line(seq));
    const found = await gatherReport({
      ...source,
      output: async (afterSeq, limit) => ({ entries: entries.slice(afterSeq + 1, afterSeq + 1 + limit), gapUntil: null }),
    });
    const [cell] = found.output.cells;
    expect(cell?.bytes).toBe(entries.reduce((sum, { data }) => sum + data.length, 0));
    expect(cell?.text.startsWith('0 xxx')).toBe(true);
    expect(cell?.text).toContain('99 xxx');
    expect(cell?.text).not.toContain('50 xxx');
    expect(cell?.omitted).toBe((cell?.bytes ?? 0) - 8192);
  });

  it('of many servers has a line for each instead of a column', async () => {
    const source = sampleReport();
    const targets = Array.from({ length: 8 }, (_, index) => ({ serverId: `srv_${index}` as never, name: `gpu-${index}` }));
    const cells = targets.flatMap(({ serverId }) => source.operation.cells.slice(0, 3).map((cell) => ({ ...cell, serverId })));
    const text = markdownReport(reportDocument(await gatherReport({ ...source, operation: { ...source.operation, targets, cells } })));
    expect(text).toContain('| Server | Steps | Failed in |');
  });
});

describe('letters', () => {
  it('are known by the font itself', async () => {
    const { has } = await readPdfFonts(fonts);
    const known = (letters: string) => [...letters].every((letter) => has.text(letter.codePointAt(0) ?? 0));
    expect(known('Łąßéžő ΑΩάώ ЖЯїґ … – → ✓ ✗')).toBe(true);
    expect(known('東')).toBe(false);
    expect(() => lettersOf(Buffer.alloc(12))).toThrow('cmap');
  });

  it('that are lacking stand as their number, and colours and control characters are gone', () => {
    const latin = (codePoint: number) => codePoint < 0x250;
    expect(setIn('\u001b[31mred\u001b[0m\ta\u0007 東 ─\r\n', latin)).toBe('red    a ‹U+6771› -\n');
    expect(setIn('🚀', latin)).toBe('‹U+1F680›');
  });
});
