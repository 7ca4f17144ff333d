import { errorWording } from '../../../shared/errorWording.ts';
import { fleetStore, useStateStream } from '../../client/streams.ts';
import { Badge } from '../../ui/Badge.tsx';
import { Field, Input } from '../../ui/Field.tsx';
import { count } from '../../ui/format.ts';
import { Mark } from '../../ui/StateMark.tsx';
import { serverState } from '../inventory/serverState.ts';
import type { Targets } from './useTargets.ts';

interface TargetFieldProps {
  selector: string;
  targets: Targets;
  onChange(selector: string): void;
  autoFocus?: boolean;
  /** Names the servers that are picked; false where something else on the screen does. */
  listed?: boolean;
  /** What comes of it changes nothing, so that production does not ask. */
  reads?: boolean;
}

const shownAtMost = 24;

/** Asks which servers, and shows at once which ones that are. */
export function TargetField({ selector, targets, onChange, autoFocus = false, listed = true, reads = false }: TargetFieldProps) {
  const fleet = useStateStream(fleetStore);
  const groups = [...new Set(fleet.list.flatMap((row) => row.server.groups))].sort();
  const suggestions = [
    'all',
    ...['production', 'staging', 'development'].filter((name) => fleet.list.some((row) => row.server.environment === name)).map((name) => `env:${name}`),
    ...groups.map((group) => `group:${group}`),
  ];
  const production = targets.rows.filter((row) => row.server.environment === 'production').length;
  return (
    <div className="flex max-w-[760px] flex-col gap-2.5">
      <Field
        label="Servers"
        hint="Names with *, env:, tag:, group:, role:. A space means and, a comma or, ! not."
        error={targets.error ? errorWording(targets.error).sentence : null}
      >
        {(field) => (
          <Input
            {...field}
            autoFocus={autoFocus}
            value={selector}
            className="font-mono"
            placeholder="env:staging"
            onChange={(event) => onChange(event.target.value)}
          />
        )}
      </Field>
      {targets.rows.length === 0 && (
        <div className="flex flex-wrap gap-1.5">
          {suggestions.slice(0, 9).map((suggestion) => (
            <button
              key={suggestion}
              type="button"
              onClick={() => onChange(suggestion)}
              className="rounded-sm border border-line px-1.5 py-0.5 font-mono text-sm text-muted hover:border-line-strong hover:text-text"
            >
              {suggestion}
            </button>
          ))}
        </div>
      )}
      {targets.rows.length > 0 && (
        <div>
          <p className="mb-1.5">
            <b className="font-semibold">{count(targets.rows.length, 'server')}</b>
            {production > 0 && !reads && <span className="text-warn"> · {production} in production, which will ask for its name</span>}
          </p>
          {listed && (
            <ul className="flex flex-wrap gap-x-4 gap-y-1 text-muted">
              {targets.rows.slice(0, shownAtMost).map((row) => (
                <li key={row.server.id} className="flex items-center gap-1.5" title={serverState(row).word}>
                  <Mark tone={serverState(row).tone} size={9} />
                  {row.server.name}
                </li>
              ))}
              {targets.rows.length > shownAtMost && <li>and {(targets.rows.length - shownAtMost).toLocaleString('en')} more</li>}
            </ul>
          )}
          {targets.rows.some((row) => row.server.demo) && (
            <p className="mt-2">
              <Badge>demo</Badge> servers are stand-ins on this computer.
            </p>
          )}
        </div>
      )}
    </div>
  );
}
