import { Menu as Base } from '@base-ui/react/menu';
import { Check, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { cx } from './cx.ts';

export type MenuEntry =
  | { kind?: 'item'; label: string; icon?: LucideIcon; onSelect(): void; danger?: boolean; disabled?: boolean; hint?: string }
  | { kind: 'check'; label: string; checked: boolean; onChange(checked: boolean): void; hint?: string }
  | { kind: 'separator' };

const item = 'flex items-center gap-2 rounded-sm px-2 py-1 whitespace-nowrap data-highlighted:bg-accent-bg data-disabled:opacity-45';

/** The lines of a menu, whatever opens it. */
export function MenuEntries({ entries }: { entries: readonly MenuEntry[] }) {
  return entries.map((entry, index) => {
    if (entry.kind === 'separator') return <Base.Separator key={`separator-${index}`} className="my-1 h-px bg-line" />;
    if (entry.kind === 'check') {
      return (
        <Base.CheckboxItem key={entry.label} checked={entry.checked} onCheckedChange={entry.onChange} closeOnClick={false} className={item}>
          <span className="flex w-3.5">
            <Base.CheckboxItemIndicator>
              <Check aria-hidden size={13} />
            </Base.CheckboxItemIndicator>
          </span>
          <span className="flex-1">{entry.label}</span>
          {entry.hint && <span className="pl-4 text-sm text-faint tabular-nums">{entry.hint}</span>}
        </Base.CheckboxItem>
      );
    }
    const Icon = entry.icon;
    return (
      <Base.Item key={entry.label} disabled={entry.disabled ?? false} onClick={entry.onSelect} className={cx(item, entry.danger && 'text-bad')}>
        {Icon && <Icon aria-hidden size={14} strokeWidth={1.7} />}
        <span className="flex-1">{entry.label}</span>
        {entry.hint && <span className="pl-4 text-sm text-faint">{entry.hint}</span>}
      </Base.Item>
    );
  });
}

interface MenuProps {
  trigger: ReactElement;
  entries: readonly MenuEntry[];
  align?: 'start' | 'end';
  /** Open from the start, for a menu that is made only when it is wanted. */
  defaultOpen?: boolean;
}

/** Actions behind a button. */
export function Menu({ trigger, entries, align = 'end', defaultOpen = false }: MenuProps) {
  return (
    <Base.Root defaultOpen={defaultOpen}>
      <Base.Trigger render={trigger as ReactElement<Record<string, unknown>>} />
      <Base.Portal>
        <Base.Positioner sideOffset={4} align={align} className="z-50">
          <Base.Popup className="appear min-w-44 rounded bg-float p-1 shadow-float focus-visible:outline-none">
            <MenuEntries entries={entries} />
          </Base.Popup>
        </Base.Positioner>
      </Base.Portal>
    </Base.Root>
  );
}
