/** One event of a Chrome trace; times in microseconds. */
export interface TraceEvent {
  name: string;
  ph: string;
  ts: number;
  dur?: number;
  /** Time that the thread had a processor; without what other programs took. */
  tdur?: number;
  pid: number;
  tid: number;
  args?: { name?: string };
}

/** What the main thread of a page did, frame by frame. Milliseconds. */
export interface PageWork {
  /** Of all tasks that began after the commit of the frame before and up to that of this one. */
  frames: number[];
  /** The same in time of the processor. */
  processor: number[];
  longestTask: number;
  /** Time of the processor in the task that took most of it. */
  longestProcessor: number;
  /** Tasks of more than 50 ms. */
  longTasks: number;
}

const sum = (figures: readonly number[]) => figures.reduce((total, figure) => total + figure, 0);
const place = ({ pid, tid }: TraceEvent) => `${pid}/${tid}`;

/** What happened on the thread that runs the page's scripts, styles and layout: of the main threads of renderers the busiest. */
function ofMainThread(events: readonly TraceEvent[]): TraceEvent[] {
  const threads = new Set(events.filter(({ name, args }) => name === 'thread_name' && args?.name === 'CrRendererMain').map(place));
  const own = Map.groupBy(
    events.filter((event) => threads.has(place(event))),
    place,
  );
  const busy = (of: readonly TraceEvent[]) => sum(of.map(({ name, dur = 0 }) => (name === 'RunTask' ? dur : 0)));
  return [...own.values()].sort((a, b) => busy(b) - busy(a))[0] ?? [];
}

/**
 * Reads a trace with the categories `devtools.timeline` and `disabled-by-default-devtools.timeline`. Work is the duration of `RunTask` on the
 * page's main thread: scripts, messages, styles, layout, painting into lists, collecting garbage. Turning those lists into pixels is done by
 * other threads and is not in it. A frame ends with its `Commit`, so that all work since the one before is its own; what comes before the
 * first and after the last is left out. Throws where there are no frames.
 */
export function pageWork(events: readonly TraceEvent[]): PageWork {
  const own = ofMainThread(events);
  const byTime = (name: string) => own.filter((event) => event.name === name && event.ph === 'X').sort((a, b) => a.ts - b.ts);
  const tasks = byTime('RunTask');
  const [first, ...commits] = byTime('Commit');
  const found: PageWork = { frames: [], processor: [], longestTask: 0, longestProcessor: 0, longTasks: 0 };
  let next = tasks.findIndex(({ ts }) => ts > (first?.ts ?? 0));
  for (const { ts: committedAt } of commits) {
    let [wall, used] = [0, 0];
    for (; next < tasks.length && (tasks[next]?.ts ?? 0) <= committedAt; next += 1) {
      const { dur = 0, tdur = 0 } = tasks[next] ?? {};
      wall += dur / 1_000;
      used += tdur / 1_000;
      found.longestTask = Math.max(found.longestTask, dur / 1_000);
      found.longestProcessor = Math.max(found.longestProcessor, tdur / 1_000);
      if (dur > 50_000) found.longTasks += 1;
    }
    found.frames.push(wall);
    found.processor.push(used);
  }
  if (found.frames.length === 0) throw new Error('the trace has no frames');
  return found;
}
