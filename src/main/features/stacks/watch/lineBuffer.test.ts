import { expect, test } from 'vitest';
import { LineBuffer } from './lineBuffer.ts';

const signal = () => new AbortController().signal;

test('lines are read in order, by number, and the end comes after the last', async () => {
  const buffer = new LineBuffer<{ text: string }>(10);
  await buffer.push({ text: 'a' }, signal());
  await buffer.push({ text: 'b' }, signal());
  buffer.end('all lines were read');
  expect(await buffer.read(-1, 1)).toEqual({ items: [{ seq: 0, text: 'a' }], ended: null });
  expect(await buffer.read(0, 10)).toEqual({ items: [{ seq: 1, text: 'b' }], ended: 'all lines were read' });
  expect(await buffer.read(1, 10)).toEqual({ items: [], ended: 'all lines were read' });
});

test('a log without lines ends too', async () => {
  const buffer = new LineBuffer<{ text: string }>(10);
  buffer.end('cancelled');
  buffer.end('later');
  expect(await buffer.read(-1, 10)).toEqual({ items: [], ended: 'cancelled' });
});

test('a writer waits for a slow reader, and no line is lost', async () => {
  const buffer = new LineBuffer<{ text: string }>(3);
  let written = 0;
  const writing = (async () => {
    for (let at = 0; at < 100; at += 1) {
      await buffer.push({ text: String(at) }, signal());
      written += 1;
    }
    buffer.end('done');
  })();
  const texts: string[] = [];
  let position = -1;
  for (;;) {
    const appended = new Promise<void>((resolve) => buffer.onAppend(resolve));
    const page = await buffer.read(position, 2);
    expect(page.gap).toBeUndefined();
    texts.push(...page.items.map((item) => item.text));
    position = page.items.at(-1)?.seq ?? position;
    expect(written - texts.length).toBeLessThanOrEqual(3);
    if (page.ended !== null) break;
    if (page.items.length === 0) await appended;
  }
  await writing;
  expect(texts).toEqual(Array.from({ length: 100 }, (_, at) => String(at)));
});

test('who comes back for lines that are gone is told so', async () => {
  const buffer = new LineBuffer<{ text: string }>(2);
  for (let at = 0; at < 5; at += 1) {
    const pushing = buffer.push({ text: String(at) }, signal());
    await buffer.read(at - 1, 10);
    await pushing;
  }
  expect(await buffer.read(-1, 10)).toMatchObject({ items: [{ seq: 3 }, { seq: 4 }], gap: { fromSeq: 0, toSeq: 2 } });
});

test('a writer that waits goes on when the reading is over', async () => {
  const controller = new AbortController();
  const buffer = new LineBuffer<{ text: string }>(1);
  const writing = buffer.push({ text: 'a' }, controller.signal);
  controller.abort();
  await writing;
});
