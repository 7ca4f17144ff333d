import { ListFilter } from 'lucide-react';
import type { ReactNode } from 'react';
import { useTypedText } from '../../app/useTypedText.ts';
import { Input } from '../../ui/Field.tsx';

interface TabToolsProps {
  /** What is looked for. */
  text: string;
  label: string;
  placeholder: string;
  onText(text: string | undefined): void;
  /** Between filter and actions. */
  children?: ReactNode;
  actions?: ReactNode;
}

/** Filter and actions above a table. Typing waits a moment before it changes the address. */
export function TabTools({ text, label, placeholder, onText, children, actions }: TabToolsProps) {
  const { typed, type, keep } = useTypedText(text, (next) => onText(next || undefined));
  return (
    <div className="flex shrink-0 flex-wrap items-center gap-1.5 px-4 py-2">
      <span className="relative min-w-40 flex-1">
        <ListFilter aria-hidden size={13} className="pointer-events-none absolute top-1/2 left-2 -translate-y-1/2 text-faint" />
        <Input
          data-filter
          aria-label={label}
          placeholder={placeholder}
          value={typed}
          onChange={(event) => type(event.target.value)}
          onBlur={keep}
          onKeyDown={(event) => event.key === 'Escape' && type('')}
          className="h-[26px] max-w-80 bg-surface pl-7"
        />
      </span>
      {children}
      {actions}
    </div>
  );
}
