import { createHash, randomUUID } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { attachmentPieceBytes, maxAttachmentBytes } from '../../../shared/model/evidence.ts';
import type { OperationId, RequestId, ServerId } from '../../../shared/model/ids.ts';
import { testDirectory } from '../../database/testDirectory.ts';
import type { CellContext } from '../../operations/operations.ts';
import { openRunRecords } from '../../operations/runRecords.ts';
import { done, type TestEngine, testEngine, testRequest } from '../../operations/testEngine.ts';
import { createEvidenceService, type EvidenceService } from './evidenceService.ts';

let directory: ReturnType<typeof testDirectory>;
let engine: TestEngine;
let evidence: EvidenceService;

const scripts = {
  look: async (context: CellContext) => {
    await context.output('stdout', `looking at ${context.serverName}\nXid 79: GPU has fallen off the bus\n`);
    return done;
  },
  ask: async (context: CellContext) => {
    await context.ask({ id: 'q', kind: 'evidence', title: 'Show it' });
    return done;
  },
};

function open(): void {
  engine = testEngine(directory.path, scripts);
  evidence = createEvidenceService({
    ...{ database: engine.database, directory: directory.path, fonts: join(import.meta.dirname, '../../../../resources/fonts'), operations: engine.operations },
    ...{ records: openRunRecords(engine.database, directory.path), frozenWorkflow: () => null, partsIn: () => [], version: '0.1.0' },
    wording: ({ code }) => ({ sentence: code, next: '' }),
    ...{ mask: (text) => text.replaceAll('hunter2', '••••'), who: () => 'Ada', nowMs: Date.now },
  });
}

beforeEach(() => {
  directory = testDirectory();
  open();
});
afterEach(async () => {
  await engine.close();
  directory[Symbol.dispose]();
});

const request = () => randomUUID() as RequestId;
const hashOf = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const kept = (sha256: string) => join(directory.path, 'attachments', sha256);

async function attach(id: OperationId, name: string, bytes: Buffer, place: { serverId?: ServerId; stepId?: string } = {}) {
  const uploadId = randomUUID();
  let offset = 0;
  do offset = await evidence.upload(uploadId, offset, bytes.subarray(offset, offset + attachmentPieceBytes).toString('base64'));
  while (offset < bytes.length);
  return evidence.attach({ requestId: request(), id, uploadId, name, sha256: hashOf(bytes), ...place });
}

async function download(id: string): Promise<Buffer> {
  const pieces: Buffer[] = [];
  for (let offset: number | null = 0; offset !== null; ) {
    const piece: Awaited<ReturnType<EvidenceService['download']>> = await evidence.download(id, offset);
    pieces.push(Buffer.from(piece.data, 'base64'));
    offset = piece.nextOffset;
  }
  return Buffer.concat(pieces);
}

/** Starts a run and leads it to its question. */
async function asking(servers: readonly string[] = ['gpu-1']): Promise<OperationId> {
  const { id } = await engine.operations.start(testRequest(servers));
  const waits = () => engine.operations.get(id).cells.filter(({ state }) => state === 'waiting').length === servers.length;
  await new Promise<void>((resolve) => {
    const stop = engine.operations.onChange(() => waits() && resolve(stop()));
    if (waits()) resolve(stop());
  });
  return id;
}

it('a run keeps notes and files, an answer refers to them, and all of it is there in the next life of the core', async () => {
  const id = await asking();
  const serverId = 'gpu-1' as ServerId;
  const note = { requestId: request(), id, serverId, stepId: 'look', text: 'the password was hunter2' };
  expect(evidence.note(note)).toEqual(evidence.note(note));
  const screenshot = Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), Buffer.alloc(attachmentPieceBytes + 17, 7)]);
  const file = await attach(id, '../shot of the rack.exe', screenshot, { serverId, stepId: 'ask' });
  expect(file).toMatchObject({ name: 'shot of the rack.exe', type: 'image/png', size: screenshot.length, sha256: hashOf(screenshot), who: 'Ada' });
  const answer = { value: 'done', note: 'see the picture', attachments: [file.id], who: 'Grace', atMs: Date.now() };
  await engine.operations.answer(id, [serverId], 'ask', answer);
  await engine.operations.finished(id);

  await engine.close();
  open();
  await evidence.sweep();
  const shown = await evidence.show(id);
  expect(shown.notes).toMatchObject([{ text: 'the password was ••••', who: 'Ada', serverId, stepId: 'look' }]);
  expect((await download(file.id)).equals(screenshot)).toBe(true);
  expect(shown.timeline.map(({ kind }) => kind)).toEqual(
    expect.arrayContaining(['made', 'begun', 'cell-begun', 'cell-ended', 'note', 'attachment', 'answered', 'ended']),
  );
  expect(shown.timeline.map(({ atMs }) => atMs)).toEqual(shown.timeline.map(({ atMs }) => atMs).toSorted((one, other) => one - other));
  expect(statSync(kept(file.sha256)).mode & 0o777).toBe(0o400);

  const markdown = (await evidence.report(id, 'md')).data.toString();
  for (const part of ['see the picture', 'shot of the rack.exe', hashOf(screenshot), 'GPU has fallen off the bus', 'Grace']) expect(markdown).toContain(part);
  expect(markdown).not.toContain('hunter2');
  expect((await evidence.report(id, 'pdf')).data.subarray(0, 5).toString()).toBe('%PDF-');
});

it('files that are not whole, too large, changed on disk or of a place that is none are refused', async () => {
  const id = await asking();
  const uploadId = randomUUID();
  await evidence.upload(uploadId, 0, Buffer.from('half').toString('base64'));
  await expect(evidence.upload(uploadId, 99, '')).rejects.toMatchObject({ code: 'evidence.upload-broken' });
  await expect(evidence.attach({ requestId: request(), id, uploadId, name: 'x', sha256: hashOf(Buffer.from('whole')) })).rejects.toMatchObject({
    code: 'evidence.upload-broken',
  });
  await evidence.upload(uploadId, 0, '');
  await expect(evidence.upload(uploadId, maxAttachmentBytes + 1, 'AAAA')).rejects.toMatchObject({ code: 'evidence.upload-broken' });
  await expect(attach(id, 'big', Buffer.alloc(maxAttachmentBytes + 1))).rejects.toMatchObject({ code: 'evidence.file-too-large' });
  expect(() => evidence.note({ requestId: request(), id, stepId: 'none', text: 'x' })).toThrow(expect.objectContaining({ code: 'input.invalid' }));
  const file = await attach(id, 'a.txt', Buffer.from('proof'));
  chmodSync(kept(file.sha256), 0o600);
  writeFileSync(kept(file.sha256), 'other');
  await expect(evidence.download(file.id, 0)).rejects.toMatchObject({ code: 'evidence.file-damaged' });
  await expect(evidence.download('att_none', 0)).rejects.toMatchObject({ code: 'evidence.file-not-found' });
  await engine.operations.cancel(id);
});

it('a file goes when no run has it any more, and not before', async () => {
  const [one, other] = [await asking(), await asking(['gpu-2'])];
  const same = Buffer.from('the same proof');
  await attach(one, 'a.txt', same);
  await attach(other, 'b.txt', same);
  await evidence.upload(randomUUID(), 0, 'AAAA');
  for (const id of [one, other]) await engine.operations.cancel(id);
  for (const id of [one, other]) await engine.operations.finished(id);
  const remove = (id: OperationId) => engine.database.run(engine.database.query.deleteFrom('operations').where('id', '=', id));
  remove(one);
  await evidence.sweep();
  expect(readdirSync(join(directory.path, 'attachments'))).toEqual([hashOf(same)]);
  remove(other);
  await evidence.sweep();
  expect(existsSync(kept(hashOf(same)))).toBe(false);
});

it('finds text in the output of every run, and links to its place', async () => {
  const ids = [await asking(['gpu-1', 'gpu-2']), await asking(['gpu-3'])];
  const { hits } = await evidence.search({ text: 'fallen off', limit: 10 });
  expect(hits.map(({ operationId, server }) => [operationId, server])).toEqual([
    [ids[1], 'gpu-3'],
    [ids[0], 'gpu-1'],
    [ids[0], 'gpu-2'],
  ]);
  const [hit] = hits;
  const at = await engine.operations.output(ids[1] as OperationId, { afterSeq: (hit?.seq ?? 0) - 1, limit: 1 });
  expect(at.entries[0]?.data).toContain('fallen off');
  expect((await evidence.search({ text: 'fallen off', limit: 10, serverId: 'gpu-2' as ServerId })).hits).toHaveLength(1);
  expect((await evidence.search({ text: 'fallen off', limit: 10, untilMs: 5 })).hits).toEqual([]);
  for (const id of ids) await engine.operations.cancel(id);
});

it('searches 200 MB of output in seconds, and lets others work meanwhile', async () => {
  const [runs, segments, segmentBytes, pieceBytes] = [10, 5, 4 * 1024 * 1024, 4096];
  const piece = Buffer.from('2026-11-21 09:30:01 gateway request 200 path=/v1/chat/completions tokens=512 ms=364\n'.repeat(60)).subarray(0, pieceBytes);
  const whole = Buffer.concat(Array.from({ length: segmentBytes / pieceBytes }, () => piece));
  for (let run = 0; run < runs; run += 1) {
    const { id } = await engine.operations.start(testRequest([`host-${run}`]));
    await engine.operations.cancel(id);
    await engine.operations.finished(id);
    const folder = join(directory.path, 'output', id);
    mkdirSync(folder, { recursive: true });
    for (let segment = 101; segment <= 100 + segments; segment += 1) {
      const bytes = Buffer.from(whole);
      if (run === 0 && segment === 103) bytes.write('NEEDLE in the hay', 2_000_000);
      writeFileSync(join(folder, `${String(segment).padStart(6, '0')}.log`), bytes);
      const rows = Array.from({ length: segmentBytes / pieceBytes }, (_, index) => ({
        ...{
          operation_id: id,
          seq: segment * 10_000 + index,
          at_ms: Date.now(),
          server_id: `host-${run}`,
          step_id: 'look',
          phase: null,
          stream: 'stdout' as const,
        },
        ...{ segment, position: index * pieceBytes, length: pieceBytes },
      }));
      for (let from = 0; from < rows.length; from += 500)
        engine.database.run(engine.database.query.insertInto('operation_output').values(rows.slice(from, from + 500)));
    }
  }
  let longestMs = 0;
  let last = performance.now();
  const beat = setInterval(() => {
    longestMs = Math.max(longestMs, performance.now() - last);
    last = performance.now();
  }, 1);
  const { hits, searched, cut } = await evidence.search({ text: 'needle in the HAY', limit: 10 });
  clearInterval(beat);
  process.stdout.write(
    `search: ${Math.round(searched.bytes / 1e6)} MB of ${searched.runs} runs in ${searched.elapsedMs} ms; the core was held ${Math.round(longestMs)} ms at most\n`,
  );
  expect(hits).toHaveLength(1);
  expect(cut).toBeNull();
  expect(searched.bytes).toBeGreaterThan(200_000_000);
  expect(searched.elapsedMs).toBeLessThan(8000);
  expect(longestMs).toBeLessThan(500);
});
