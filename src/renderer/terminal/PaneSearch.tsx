import { ArrowDown, ArrowUp, CaseSensitive, Regex, WholeWord, X } from 'lucide-react';
import { type KeyboardEvent, useEffect, useState } from 'react';
import { Input } from '../ui/Field.tsx';
import { IconButton } from '../ui/IconButton.tsx';
import type { SearchQuery, SearchResult } from './paneSearch.ts';

interface PaneSearchProps {
  result: SearchResult | null;
  onFind(query: SearchQuery, how: 'next' | 'previous' | 'here'): void;
  onClose(): void;
}

function words(text: string, result: SearchResult | null): string {
  if (text === '' || !result) return '';
  if (result.count === 0) return 'none';
  const many = result.capped ? `${result.count} or more` : String(result.count);
  return result.index > 0 ? `${result.index} of ${many}` : many;
}

/** Looks through a pane: all matches are marked and counted, the current one is brought into view. */
export function PaneSearch({ result, onFind, onClose }: PaneSearchProps) {
  const [query, setQuery] = useState<SearchQuery>({ text: '', regex: false, caseSensitive: false, wholeWord: false });
  useEffect(() => onFind(query, 'here'), [query, onFind]);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Escape') onClose();
    else if (event.key === 'Enter') onFind(query, event.shiftKey ? 'previous' : 'next');
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const toggle = (key: 'regex' | 'caseSensitive' | 'wholeWord') => () => setQuery({ ...query, [key]: !query[key] });
  return (
    <div role="search" aria-label="Search in the terminal" className="flex items-center gap-0.5 rounded bg-float p-1 shadow-float">
      <Input
        autoFocus
        aria-label="Search for"
        placeholder="Search"
        className="h-6 w-40 font-mono text-sm"
        value={query.text}
        onChange={(event) => setQuery({ ...query, text: event.target.value })}
        onKeyDown={onKeyDown}
      />
      <output className="w-[74px] shrink-0 px-1 text-right text-sm whitespace-nowrap text-muted">{words(query.text, result)}</output>
      <IconButton icon={CaseSensitive} label="Upper and lower case" size="small" aria-pressed={query.caseSensitive} onClick={toggle('caseSensitive')} />
      <IconButton icon={WholeWord} label="Whole words" size="small" aria-pressed={query.wholeWord} onClick={toggle('wholeWord')} />
      <IconButton icon={Regex} label="Regular expression" size="small" aria-pressed={query.regex} onClick={toggle('regex')} />
      <IconButton icon={ArrowUp} label="Previous match" shortcut="Shift Enter" size="small" onClick={() => onFind(query, 'previous')} />
      <IconButton icon={ArrowDown} label="Next match" shortcut="Enter" size="small" onClick={() => onFind(query, 'next')} />
      <IconButton icon={X} label="End the search" shortcut="Esc" size="small" onClick={onClose} />
    </div>
  );
}
