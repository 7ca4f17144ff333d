import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import PDFDocument from 'pdfkit';
import type { Block, DocumentCell, ReportDocument, Tone } from './documentModel.ts';
import { lettersOf } from './letterRules.ts';
import { type LetterTest, setIn } from './pdfTextRules.ts';

const page = { size: 'A4', margins: { top: 48, bottom: 54, left: 46, right: 46 } } as const;
const colours: Record<Tone, string> = { plain: '#1f2328', good: '#1a7f37', warn: '#8a5a00', bad: '#b42318', muted: '#57606a' };
const marks: Partial<Record<Tone, string>> = { good: '✓', warn: '▲', bad: '✗' };
const line = '#d8dee4';
const gap = 8;
/** No ligatures: what a server has printed stands letter by letter. */
const plainLetters = { calt: false, liga: false, clig: false, rlig: false, ccmp: false } as unknown as PDFKit.Mixins.OpenTypeFeatures[];

type FontName = 'text' | 'strong' | 'mono';
const files: Record<FontName, string> = { text: 'Inter-Regular.ttf', strong: 'Inter-SemiBold.ttf', mono: 'JetBrainsMono-Regular.ttf' };

/** The typefaces that reports are set in. */
export interface PdfFonts {
  bytes: Record<FontName, Buffer>;
  has: Record<FontName, LetterTest>;
}

/** A report to set, and the folder of the typefaces. */
export interface PdfOrder {
  document: ReportDocument;
  fonts: string;
}

/** Reads the typefaces from the folder that they are shipped in. */
export async function readPdfFonts(directory: string): Promise<PdfFonts> {
  const load = async (name: FontName) => {
    const bytes = await readFile(join(directory, files[name]));
    return { bytes, has: lettersOf(bytes) };
  };
  const [text, strong, mono] = await Promise.all([load('text'), load('strong'), load('mono')]);
  return { bytes: { text: text.bytes, strong: strong.bytes, mono: mono.bytes }, has: { text: text.has, strong: strong.has, mono: mono.has } };
}

/**
 * Writes a report as a PDF of A4 pages: heads of tables on every page, page numbers, bookmarks. Characters that the typefaces have no letter
 * for stand as their Unicode number. The same document gives the same bytes.
 */
export async function pdfReport(document: ReportDocument, fonts: PdfFonts): Promise<Buffer> {
  const pdf = new PDFDocument({
    ...page,
    bufferPages: true,
    pdfVersion: '1.7',
    lang: 'en',
    displayTitle: true,
    font: '',
    info: { Title: document.title, Subject: document.subtitle, Creator: 'Pilothouse', Producer: 'Pilothouse', CreationDate: new Date(document.createdAtMs) },
  });
  const chunks: Buffer[] = [];
  const written = new Promise<Buffer>((resolve, reject) => {
    pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
    pdf.on('end', () => resolve(Buffer.concat(chunks)));
    pdf.on('error', reject);
  });
  const writer = new PdfWriter(pdf, fonts);
  writer.title(document);
  for (const block of document.blocks) writer.block(block);
  writer.footers(document.footer);
  pdf.end();
  return written;
}

class PdfWriter {
  readonly #pdf: PDFKit.PDFDocument;
  readonly #fonts: PdfFonts;
  readonly #left = page.margins.left;
  readonly #width: number;

  constructor(pdf: PDFKit.PDFDocument, fonts: PdfFonts) {
    this.#pdf = pdf;
    this.#fonts = fonts;
    this.#width = pdf.page.width - page.margins.left - page.margins.right;
    for (const name of Object.keys(files) as FontName[]) pdf.registerFont(name, fonts.bytes[name]);
  }

  title({ title, subtitle, verdict }: ReportDocument): void {
    this.#write(title, { font: 'strong', size: 20 });
    this.#pdf.moveDown(0.15);
    this.#write(subtitle, { size: 10.5, tone: 'muted' });
    this.#pdf.moveDown(0.6);
    this.#write(toned(verdict), { font: 'strong', size: 12, tone: verdict.tone ?? 'plain' });
    this.#pdf.moveDown(0.6);
  }

  block(block: Block): void {
    switch (block.kind) {
      case 'heading':
        this.#heading(block);
        break;
      case 'text':
        this.#room(24);
        this.#write(block.text, { size: 9, tone: block.tone ?? 'plain' });
        this.#pdf.moveDown(0.35);
        break;
      case 'facts':
        for (const { label, value } of block.rows) this.#row([{ text: label, tone: 'muted' }, value], [1, 3.6]);
        this.#pdf.moveDown(0.5);
        break;
      case 'table':
        this.#table(block);
        break;
      case 'code':
        this.#code(block);
        break;
      case 'new-page':
        this.#pdf.addPage();
    }
  }

  /** Numbers the pages, once all are there. */
  footers(text: string): void {
    const { start, count } = this.#pdf.bufferedPageRange();
    for (let number = start; number < start + count; number += 1) {
      this.#pdf.switchToPage(number);
      const { height, margins } = this.#pdf.page;
      margins.bottom = 0;
      const y = height - 36;
      this.#pdf.font('text').fontSize(7).fillColor(colours.muted);
      this.#pdf.text(this.#letters(text, 'text'), this.#left, y, { width: this.#width - 80, height: 10, lineBreak: false, ellipsis: true });
      this.#pdf.text(`${number + 1} / ${count}`, this.#left + this.#width - 70, y, { width: 70, align: 'right', lineBreak: false });
      margins.bottom = page.margins.bottom;
    }
  }

  #heading({ level, text }: { level: 2 | 3; text: string }): void {
    this.#room(level === 2 ? 90 : 70);
    this.#pdf.moveDown(level === 2 ? 0.9 : 0.5);
    if (level === 2) this.#pdf.outline.addItem(this.#letters(text, 'strong'));
    this.#write(text, { font: 'strong', size: level === 2 ? 13 : 10 });
    this.#pdf.moveDown(0.25);
  }

  #table({ head, rows, widths }: { head: string[]; rows: DocumentCell[][]; widths: number[] }): void {
    const heading = () =>
      this.#row(
        head.map((text) => ({ text, tone: 'muted' as const })),
        widths,
        'strong',
      );
    this.#room(60);
    heading();
    for (const row of rows) this.#row(row, widths, 'text', heading);
    this.#pdf.moveDown(0.5);
  }

  /** Draws one row, on the next page where it does not fit on this one; a row higher than a page is cut with a mark. */
  #row(cells: readonly DocumentCell[], widths: readonly number[], font: FontName = 'text', onNewPage: () => void = () => {}): void {
    const pdf = this.#pdf;
    const total = widths.reduce((sum, width) => sum + width, 0);
    const columns = widths.map((width) => (width / total) * this.#width);
    const set = cells.map((cell) => {
      const name: FontName = cell.mono === true ? 'mono' : font;
      return {
        text: this.#letters(toned(cell), name),
        name,
        size: cell.mono === true ? 7 : font === 'strong' ? 7.5 : 8.5,
        colour: colours[cell.tone ?? 'plain'],
      };
    });
    const room = pdf.page.height - page.margins.top - page.margins.bottom - 60;
    const heights = set.map(({ text, name, size }, index) =>
      pdf
        .font(name)
        .fontSize(size)
        .heightOfString(text, { width: (columns[index] ?? 0) - gap }),
    );
    const height = Math.min(room, Math.max(...heights, 8)) + 6;
    if (pdf.y + height > pdf.page.height - page.margins.bottom) {
      pdf.addPage();
      onNewPage();
    }
    const top = pdf.y;
    let x = this.#left;
    set.forEach(({ text, name, size, colour }, index) => {
      const width = (columns[index] ?? 0) - gap;
      pdf
        .font(name)
        .fontSize(size)
        .fillColor(colour)
        .text(text, x, top + 3, { width, height: height - 3, ellipsis: true });
      x += columns[index] ?? 0;
    });
    pdf
      .moveTo(this.#left, top + height)
      .lineTo(this.#left + this.#width, top + height)
      .lineWidth(0.5)
      .strokeColor(line)
      .stroke();
    pdf.x = this.#left;
    pdf.y = top + height;
  }

  #code({ text, caption }: { text: string; caption: string }): void {
    this.#room(60);
    this.#pdf.moveDown(0.4);
    this.#write(caption, { size: 7.5, tone: 'muted' });
    this.#pdf.moveDown(0.2);
    this.#output(this.#letters(text.trimEnd(), 'mono'));
    this.#pdf.moveDown(0.6);
  }

  /** Lines of output. Their letters are all of one width, so that they are broken by counting; shaping words would take seconds. */
  #output(text: string): void {
    const [size, indent] = [7, 6];
    const pdf = this.#pdf.font('mono').fontSize(size).fillColor(colours.plain);
    const columns = Math.floor((this.#width - indent) / pdf.widthOfString('0'));
    const lineHeight = pdf.currentLineHeight(true);
    for (const whole of text.split('\n')) {
      for (let at = 0; at === 0 || at < whole.length; at += columns) {
        this.#room(lineHeight);
        const { y } = pdf;
        const piece = whole.slice(at, at + columns).trimEnd();
        if (piece !== '') pdf.text(piece, this.#left + indent, y, { lineBreak: false, features: plainLetters });
        pdf.y = y + lineHeight;
      }
    }
    pdf.x = this.#left;
  }

  #write(text: string, { font = 'text', size, tone = 'plain', indent = 0 }: { font?: FontName; size: number; tone?: Tone; indent?: number }): void {
    const letters = this.#letters(text, font);
    this.#pdf.font(font).fontSize(size).fillColor(colours[tone]);
    this.#pdf.text(letters === '' ? ' ' : letters, this.#left + indent, undefined, { width: this.#width - indent });
    this.#pdf.x = this.#left;
  }

  #letters(text: string, font: FontName): string {
    return setIn(text, this.#fonts.has[font]);
  }

  /** Begins a page where less than so much of this one is left. */
  #room(needed: number): void {
    if (this.#pdf.y + needed > this.#pdf.page.height - page.margins.bottom) this.#pdf.addPage();
  }
}

function toned({ text, tone }: DocumentCell): string {
  const mark = tone === undefined ? undefined : marks[tone];
  return mark === undefined || text === '' ? text : `${mark} ${text}`;
}
