import { useRef, useState } from 'react';
import { expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import { type HeldLine, mergeLines } from './heldLines.ts';
import type { RowLook } from './LogRow.tsx';
import { LogRows, type LogRowsHandle } from './LogRows.tsx';
import { needleOf } from './logFilter.ts';
import { testLine } from './testLines.ts';

const needle = needleOf('needle', false);
const look: RowLook = {
  times: 'utc',
  withDates: false,
  wrap: false,
  laneChars: 7,
  laneLabel: (line) => line.lane.name,
  needle: needle !== null && 'test' in needle ? needle : null,
};

interface Control {
  lines: HeldLine[];
  draw(): void;
  handle: LogRowsHandle | null;
}

function Rows({ control, wrap }: { control: Control; wrap: boolean }) {
  const [version, setVersion] = useState(0);
  const [isFollowing, setFollowing] = useState(true);
  const [expanded, setExpanded] = useState<ReadonlySet<number>>(new Set());
  const [current, setCurrent] = useState<HeldLine | null>(null);
  const handle = useRef<LogRowsHandle | null>(null);
  control.draw = () => setVersion((before) => before + 1);
  return (
    <div style={{ height: 400, width: 700, display: 'flex' }}>
      <LogRows
        ref={(next: LogRowsHandle | null) => {
          handle.current = next;
          control.handle = next;
        }}
        lines={control.lines}
        version={version}
        label="lines"
        look={{ ...look, wrap }}
        isFollowing={isFollowing}
        onFollow={setFollowing}
        current={current}
        onCurrent={setCurrent}
        expanded={expanded}
        onToggle={(line) => setExpanded((before) => new Set(before.has(line.id) ? [] : [...before, line.id]))}
        onEnd={() => {}}
        isMain={false}
      />
      <output>{isFollowing ? 'following' : 'paused'}</output>
    </div>
  );
}

async function setUp(lines: HeldLine[], wrap = false) {
  const control: Control = { lines, draw: () => {}, handle: null };
  await render(<Rows control={control} wrap={wrap} />);
  const log = page.getByRole('log').element() as HTMLElement;
  const row = (text: string) => [...log.querySelectorAll<HTMLElement>('[data-line]')].find((each) => each.textContent?.includes(text));
  const topOf = (text: string) => Math.round((row(text)?.getBoundingClientRect().top ?? Number.NaN) - log.getBoundingClientRect().top);
  const count = () => log.querySelectorAll('[data-line]').length;
  await vi.waitFor(() => expect(count()).toBeGreaterThan(0));
  return { control, log, row, topOf, count };
}
const many = (count: number) => Array.from({ length: count }, (_, index) => testLine(index * 10, `text ${index * 10}.`));
/** What a person does with the wheel: away from the end, to a place. */
async function scrollTo(log: HTMLElement, top: number) {
  log.dispatchEvent(new WheelEvent('wheel', { deltaY: -10, bubbles: true }));
  log.scrollTop = top;
  await expect.element(page.getByRole('status')).toHaveTextContent('paused');
}

it('draws what is in view only, and follows the end', async () => {
  const { control, row, count } = await setUp(many(20_000));
  await vi.waitFor(() => expect(row('text 199990.')).toBeTruthy());
  expect(count()).toBeLessThan(60);
  mergeLines(control.lines, [testLine(200_000, 'text 200000.')]);
  control.draw();
  await vi.waitFor(() => expect(row('text 200000.')).toBeTruthy());
});

for (const wrap of [false, true]) {
  it(`keeps the line that is looked at where it is, whatever comes before it or is let go${wrap ? ', also where lines are wrapped' : ''}`, async () => {
    const lines = many(3_000).map((line, index) => (index % 7 === 0 ? testLine(line.id, `${line.text} ${'long '.repeat(60)}`) : line));
    const { control, log, row, topOf } = await setUp(lines, wrap);
    await scrollTo(log, 20_000);
    const text = await vi.waitFor(() => {
      const seen = [...log.querySelectorAll<HTMLElement>('[data-line]')].find(
        (each) => each.getBoundingClientRect().top > log.getBoundingClientRect().top + 60,
      );
      expect(seen).toBeTruthy();
      return /text \d+\./.exec(seen?.textContent ?? '')?.[0] ?? '';
    });
    const at = topOf(text);
    mergeLines(
      control.lines,
      Array.from({ length: 200 }, (_, index) => testLine(100_000 + index, `late ${index}`, { orderMs: 500 })),
    );
    control.draw();
    await vi.waitFor(() => expect(row(text)).toBeTruthy());
    expect(Math.abs(topOf(text) - at)).toBeLessThanOrEqual(1);
    control.lines.splice(0, 400);
    control.draw();
    await vi.waitFor(() => expect(row(text)).toBeTruthy());
    expect(Math.abs(topOf(text) - at)).toBeLessThanOrEqual(1);
    await expect.element(page.getByRole('status')).toHaveTextContent('paused');
  });
}

it('goes to any line, expands JSON in place, and marks what was found', async () => {
  const lines = many(5_000);
  lines[2_500] = testLine(25_000, '{"level":"error","msg":"a needle","nested":{"deep":true}}', { level: 'error' });
  const { control, row, topOf } = await setUp(lines);
  await scrollTo(page.getByRole('log').element() as HTMLElement, 100);
  control.handle?.show(lines[2_500] as HeldLine);
  await vi.waitFor(() => expect(row('a needle')).toBeTruthy());
  expect(topOf('a needle')).toBeGreaterThan(150);
  expect(page.getByText('needle', { exact: true }).element().tagName).toBe('MARK');
  const below = topOf('text 25010.');
  await userEvent.click(page.getByRole('button', { name: 'Expand this line' }));
  await expect.element(page.getByLabelText('Fields of the line')).toHaveTextContent('levelerrormsga needlenesteddeeptrue');
  await vi.waitFor(() => expect(topOf('text 25010.')).toBeGreaterThan(below + 60));
  await userEvent.click(page.getByRole('button', { name: 'Fold this line' }));
  await vi.waitFor(() => expect(topOf('text 25010.')).toBe(below));
});

it('shows the beginning of a huge line, and more of it when asked', async () => {
  const huge = 'y'.repeat(600_000);
  const { row } = await setUp([testLine(1, 'before'), testLine(2, huge, { cut: 12 }), testLine(3, 'after')]);
  expect(row('yyyy')?.textContent).toContain('595,904 more characters');
  expect(row('yyyy')?.textContent).toContain('12 characters of this line were too many to hold');
  expect(row('yyyy')?.textContent?.length).toBeLessThan(5_000);
  await userEvent.click(page.getByRole('button', { name: 'Expand this line' }));
  await vi.waitFor(() => expect(row('yyyy')?.textContent).toContain('337,856 more characters'));
});

it('never obeys what a line says to a terminal', async () => {
  const { row } = await setUp([
    testLine(1, '\u001b]0;title\u0007\u001b[2J\u001b[31mred\u001b[0m <img src=x onerror=alert(1)> \u202eevil', {
      plain: 'red <img src=x onerror=alert(1)> \ufffdevil',
    }),
  ]);
  expect(row('red')?.textContent).toMatch(/red <img src=x onerror=alert\(1\)> \ufffdevil$/);
  expect(row('red')?.querySelector('img')).toBeNull();
  expect(row('red')?.querySelector('.text-bad')?.textContent).toBe('red');
});
