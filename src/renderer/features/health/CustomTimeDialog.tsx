import { useState } from 'react';
import { Button } from '../../ui/Button.tsx';
import type { ChartRange } from '../../ui/chart/chartTypes.ts';
import { Dialog } from '../../ui/Dialog.tsx';
import { Field, Input } from '../../ui/Field.tsx';

/** A moment as an input of the page has it: local time to the minute. */
function localText(ms: number): string {
  const date = new Date(ms);
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}T${two(date.getHours())}:${two(date.getMinutes())}`;
}

/** Asks from when to when. */
export function CustomTimeDialog({ range, onClose, onChoose }: { range: ChartRange; onClose(): void; onChoose(range: ChartRange): void }) {
  const [from, setFrom] = useState(() => localText(range.fromMs));
  const [to, setTo] = useState(() => localText(range.toMs));
  const chosen = { fromMs: new Date(from).getTime(), toMs: new Date(to).getTime() };
  const isRight = chosen.toMs > chosen.fromMs && chosen.fromMs < Date.now();
  return (
    <Dialog
      open
      onClose={onClose}
      title="Time to look at"
      width="narrow"
      onSubmit={() => isRight && onChoose(chosen)}
      footer={
        <>
          <Button onClick={onClose}>Cancel</Button>
          <Button variant="primary" type="submit" disabled={!isRight}>
            Show
          </Button>
        </>
      }
    >
      <div className="grid grid-cols-2 gap-4 pb-3">
        <Field label="From">{(field) => <Input {...field} type="datetime-local" value={from} onChange={(event) => setFrom(event.target.value)} />}</Field>
        <Field label="Until" error={isRight ? null : 'It has to end after it begins, which cannot be in the future.'}>
          {(field) => <Input {...field} type="datetime-local" value={to} onChange={(event) => setTo(event.target.value)} />}
        </Field>
      </div>
    </Dialog>
  );
}
