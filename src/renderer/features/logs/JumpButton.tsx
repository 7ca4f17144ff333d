import { Popover } from '@base-ui/react/popover';
import { Clock } from 'lucide-react';
import { type FormEvent, useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { IconButton } from '../../ui/IconButton.tsx';
import { parseMoment, type TimeStyle, timeField } from './logTimes.ts';

const spans = ['5m', '15m', '1h', '6h', '1d'];

/** Goes to a moment, whether its lines are held or have to be asked for. */
export function JumpButton({ times, atMs, onJump }: { times: TimeStyle; atMs: number | null; onJump(atMs: number): void }) {
  const [isOpen, setOpen] = useState(false);
  const [text, setText] = useState('');
  const moment = parseMoment(text, Date.now(), times);
  const go = (to: number) => {
    setOpen(false);
    onJump(to);
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    event.stopPropagation();
    if (moment !== null) go(moment);
  };
  return (
    <Popover.Root
      open={isOpen}
      onOpenChange={(next) => {
        setOpen(next);
        if (next) setText(timeField(atMs ?? Date.now(), times).replace('T', ' '));
      }}
    >
      <Popover.Trigger render={<IconButton icon={Clock} label="Jump to a time" />} />
      <Popover.Portal>
        <Popover.Positioner sideOffset={4} align="end" className="z-50">
          <Popover.Popup role="dialog" aria-label="Jump to a time" className="appear w-84 rounded bg-float p-3 shadow-float focus-visible:outline-none">
            <form onSubmit={submit} className="flex flex-col gap-2.5">
              <Field
                label="Moment"
                hint={`A time of day, a date and time (${times === 'utc' ? 'UTC' : 'local'}), or how long ago: 15m, 2h, 1d.`}
                error={text !== '' && moment === null ? 'This is no moment.' : null}
              >
                {(field) => (
                  <Input
                    {...field}
                    autoFocus
                    value={text}
                    className="font-mono"
                    onFocus={(event) => event.target.select()}
                    onChange={(event) => setText(event.target.value)}
                  />
                )}
              </Field>
              <div className="flex gap-1">
                {spans.map((span) => (
                  <button
                    key={span}
                    type="button"
                    onClick={() => go(parseMoment(span, Date.now(), times) ?? 0)}
                    className="flex-1 rounded-sm border border-line py-0.5 font-mono text-sm whitespace-nowrap text-muted hover:border-line-strong hover:text-text"
                  >
                    {span} ago
                  </button>
                ))}
              </div>
              <Button type="submit" variant="primary" disabled={moment === null}>
                Jump
              </Button>
            </form>
          </Popover.Popup>
        </Popover.Positioner>
      </Popover.Portal>
    </Popover.Root>
  );
}
