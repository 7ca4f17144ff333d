import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import type { Settings } from '../../shared/contract/settings.ts';
import { bridge, client, newRequestId, orpc } from '../client/client.ts';

const cacheKey = 'pilothouse.appearance';
type Appearance = Pick<Settings, 'theme' | 'density'>;

/** Puts theme and density on the document; remembered, so that the next start begins with them. */
export function applyAppearance(appearance: Appearance): void {
  const root = document.documentElement;
  if (appearance.theme === 'system') delete root.dataset['theme'];
  else root.dataset['theme'] = appearance.theme;
  root.dataset['density'] = appearance.density;
  localStorage.setItem(cacheKey, JSON.stringify(appearance));
  bridge?.setTheme(appearance.theme);
}

/** What was applied last, for the first paint. */
export function rememberedAppearance(): Appearance {
  try {
    const { theme, density } = JSON.parse(localStorage.getItem(cacheKey) ?? '{}') as Partial<Appearance>;
    return { theme: theme ?? 'system', density: density ?? 'compact' };
  } catch {
    return { theme: 'system', density: 'compact' };
  }
}

/** Preferences as the core holds them. */
export function useSettings() {
  return useQuery(orpc.settings.get.queryOptions({ input: {}, staleTime: 60_000 }));
}

/** Changes preferences; seen at once, taken back when the core refuses. */
export function useChangeSettings() {
  const queries = useQueryClient();
  const key = orpc.settings.get.queryKey({ input: {} });
  return useMutation({
    mutationFn: (changes: Partial<Settings>) => client.settings.change({ requestId: newRequestId(), changes }),
    onMutate(changes) {
      const before = queries.getQueryData(key);
      if (before) queries.setQueryData(key, { ...before, ...changes });
      return { before };
    },
    onError(_error, _changes, context) {
      if (context?.before) queries.setQueryData(key, context.before);
    },
    onSuccess: (settings) => queries.setQueryData(key, settings),
  });
}
