import { type ISearchOptions, SearchAddon } from '@xterm/addon-search';
import type { Terminal } from '@xterm/xterm';
import { searchColours } from './terminalTheme.ts';

/** What is looked for, and how. */
export interface SearchQuery {
  text: string;
  regex: boolean;
  caseSensitive: boolean;
  wholeWord: boolean;
}

/** Where the search stands: the current match from 1, of how many; `capped` when there are more than are marked. */
export interface SearchResult {
  index: number;
  count: number;
  capped: boolean;
}

const mostMatches = 1_000;
/** As wide as the bar for scrolling. The emulator lays out its page once more at every drawing where it has a ruler. */
const ruler = { width: 14 };

/** Looks through screen and scrollback, marking every match. */
export interface PaneSearch {
  find(query: SearchQuery, how: 'next' | 'previous' | 'here'): void;
  clear(): void;
}

/** Adds the search to a terminal. A pattern that is no regular expression finds nothing. */
export function createPaneSearch(terminal: Terminal, onResult: (result: SearchResult | null) => void): PaneSearch {
  const addon = new SearchAddon({ highlightLimit: mostMatches });
  terminal.loadAddon(addon);
  addon.onDidChangeResults(({ resultIndex, resultCount }) => {
    onResult({ index: resultIndex + 1, count: resultCount, capped: resultCount >= mostMatches });
  });
  let last = '';
  return {
    find({ text, ...query }, how) {
      // Marks of the same words found otherwise would be kept.
      const now = JSON.stringify(query);
      if (now !== last) addon.clearDecorations();
      last = now;
      if (text === '' || (query.regex && !isPattern(text))) {
        addon.clearDecorations();
        onResult(text === '' ? null : { index: 0, count: 0, capped: false });
        return;
      }
      terminal.options.overviewRuler = ruler;
      const options: ISearchOptions = { ...query, incremental: how === 'here', decorations: searchColours() };
      const found = how === 'previous' ? addon.findPrevious(text, options) : addon.findNext(text, options);
      if (!found) onResult({ index: 0, count: 0, capped: false });
    },
    clear() {
      addon.clearDecorations();
      terminal.clearSelection();
      onResult(null);
    },
  };
}

function isPattern(text: string): boolean {
  try {
    new RegExp(text);
    return true;
  } catch {
    return false;
  }
}
