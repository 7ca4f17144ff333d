import '@xterm/xterm/css/xterm.css';
import { Pause, Play, RotateCcw } from 'lucide-react';
import { type KeyboardEvent, useEffect, useMemo, useRef, useState } from 'react';
import { Checkbox } from '../ui/Checkbox.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import { Select } from '../ui/Select.tsx';
import { type Cast, showTimes } from './cast.ts';
import { createReplay, type Replay } from './replay.ts';
import { usePaneLook } from './usePaneLook.ts';

const longestPauseS = 2;
const speeds = ['0.5', '1', '2', '4', '8'] as const;
type Speed = (typeof speeds)[number];

/** `1:02:03`, or `2:03` below an hour. */
export function formatClock(seconds: number): string {
  const whole = Math.floor(seconds);
  const two = (value: number) => String(value).padStart(2, '0');
  const hours = Math.floor(whole / 3_600);
  const minutes = Math.floor((whole % 3_600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** How many events have been shown at a time: those that are due by then. */
function dueAt(times: readonly number[], atS: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((times[middle] ?? 0) <= atS) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Plays a recording: pause, speed, any moment of it, and pauses made short. */
export function RecordingPlayer({ cast, title }: { cast: Cast; title: string }) {
  const place = useRef<HTMLDivElement>(null);
  const replay = useRef<Replay | null>(null);
  const { fontSizePx } = usePaneLook();
  const [shortens, setShortens] = useState(true);
  const [speed, setSpeed] = useState<Speed>('1');
  const [playing, setPlaying] = useState(true);
  const [atS, setAtS] = useState(0);
  const times = useMemo(() => showTimes(cast.events, shortens ? longestPauseS : null), [cast, shortens]);
  const endS = times.at(-1) ?? 0;
  const count = dueAt(times, atS);
  useEffect(() => {
    if (!place.current) return;
    const made = createReplay(cast, place.current, { fontSizePx });
    replay.current = made;
    return () => {
      replay.current = null;
      made.dispose();
    };
  }, [cast, fontSizePx]);
  useEffect(() => replay.current?.showUntil(count), [count]);
  useEffect(() => {
    if (!playing) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function tick(nowMs) {
      const passedS = Math.max(0, nowMs - last) / 1_000;
      last = nowMs;
      setAtS((before) => Math.min(endS, before + passedS * Number(speed)));
      frame = requestAnimationFrame(tick);
    });
    return () => cancelAnimationFrame(frame);
  }, [playing, speed, endS]);
  const ended = atS >= endS;
  useEffect(() => {
    if (ended) setPlaying(false);
  }, [ended]);
  const toggle = () => {
    if (ended) setAtS(0);
    setPlaying(ended || !playing);
  };
  const toggleShortened = (shorten: boolean) => {
    // The same event stays in front.
    const next = showTimes(cast.events, shorten ? longestPauseS : null);
    setShortens(shorten);
    setAtS(next[count - 1] ?? 0);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key !== ' ' || (event.target as HTMLElement).closest('button, input, [role="checkbox"], [role="combobox"]')) return;
    event.preventDefault();
    toggle();
  };
  return (
    <section aria-label={`Recording of ${title}`} className="flex min-h-0 flex-1 flex-col" onKeyDown={onKeyDown}>
      <div tabIndex={0} className="min-h-0 flex-1 overflow-auto bg-surface p-3">
        <div ref={place} className="w-full" />
      </div>
      <div className="flex h-11 shrink-0 items-center gap-3 border-t border-line px-3">
        <IconButton
          icon={ended ? RotateCcw : playing ? Pause : Play}
          label={ended ? 'Play again' : playing ? 'Pause' : 'Play'}
          shortcut="Space"
          onClick={toggle}
        />
        <span className="w-[92px] shrink-0 text-right text-sm text-muted">
          {formatClock(atS)} / {formatClock(endS)}
        </span>
        <input
          type="range"
          aria-label="Moment"
          aria-valuetext={`${formatClock(atS)} of ${formatClock(endS)}`}
          min={0}
          max={Math.max(endS, 0.001)}
          step="any"
          value={atS}
          onChange={(event) => setAtS(Number(event.target.value))}
          onKeyDown={(event) => {
            const by = { ArrowLeft: -5, ArrowRight: 5 }[event.key];
            if (by === undefined) return;
            event.preventDefault();
            setAtS(Math.max(0, Math.min(endS, atS + by)));
          }}
          className="h-5 min-w-0 flex-1 accent-accent"
        />
        <Select<Speed> label="Speed" value={speed} options={speeds.map((value) => ({ value, label: `${value}×` }))} onChange={setSpeed} />
        <Checkbox checked={shortens} onChange={toggleShortened}>
          Shorten pauses
        </Checkbox>
      </div>
    </section>
  );
}
