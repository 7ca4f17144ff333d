import { Tabs as Base } from '@base-ui/react/tabs';
import type { ReactNode } from 'react';

interface TabsProps<V extends string> {
  value: V;
  tabs: readonly { value: V; label: string; count?: number }[];
  onChange(value: V): void;
  label: string;
  children: ReactNode;
}

/** Views of one object. Only the chosen view is rendered; its address changes with it. */
export function Tabs<V extends string>({ value, tabs, onChange, label, children }: TabsProps<V>) {
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(next as V)} className="flex min-h-0 flex-1 flex-col">
      <Base.List aria-label={label} className="flex shrink-0 gap-4 border-b border-line px-4">
        {tabs.map((tab) => (
          <Base.Tab
            key={tab.value}
            value={tab.value}
            className="-mb-px flex h-8 items-center gap-1.5 border-b-2 border-transparent text-muted transition-colors duration-100 hover:text-text data-active:border-accent data-active:text-text"
          >
            {tab.label}
            {tab.count !== undefined && <span className="text-sm text-faint">{tab.count}</span>}
          </Base.Tab>
        ))}
      </Base.List>
      <Base.Panel value={value} className="flex min-h-0 flex-1 flex-col focus-visible:outline-none">
        {children}
      </Base.Panel>
    </Base.Root>
  );
}
