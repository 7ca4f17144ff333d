import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { ImportPreview, ImportSource } from '../../../shared/contract/servers.ts';
import type { SerializedError } from '../../../shared/errors.ts';
import { importChoice, withJumpHosts } from '../../../shared/model/importChoice.ts';
import type { Environment } from '../../../shared/model/server.ts';
import { client } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { chosenAtFirst } from './importView.ts';

/** What is read, and how often it was asked for: reading again is a new question. */
interface Question {
  source: ImportSource | null;
  count: number;
}

/** An import from its source to what is chosen of it. */
export interface ImportState {
  read(source: ImportSource): void;
  /** Forgets what was read. */
  clear(): void;
  reading: boolean;
  preview: ImportPreview | null;
  error: SerializedError | null;
  again(): void;
  chosen: ReadonlySet<string>;
  choose(ids: readonly string[], on: boolean): void;
  /** Environment of new servers; null: the one that each name tells. */
  environment: Environment | null;
  setEnvironment(environment: Environment | null): void;
  request: ReturnType<typeof importChoice>;
}

/** Starts with what `first` names; null: a person says first what to read. */
export function useImport(first: ImportSource | null, preview = client.servers.importPreview): ImportState {
  const [question, setQuestion] = useState<Question>({ source: first, count: 0 });
  const [changed, setChanged] = useState<{ of: ImportPreview; ids: ReadonlySet<string> } | null>(null);
  const [environment, setEnvironment] = useState<Environment | null>(null);
  const { source } = question;
  const query = useQuery({
    queryKey: ['import-preview', question.count],
    queryFn: () => (source === null ? null : preview(source)),
    ...{ enabled: source !== null, staleTime: Number.POSITIVE_INFINITY, gcTime: 0, retry: false },
  });
  const found = (source === null ? null : query.data) ?? null;
  const entries = useMemo(() => found?.entries ?? [], [found]);
  const chosen = useMemo(
    () => (changed !== null && changed.of === found ? changed.ids : withJumpHosts(entries, chosenAtFirst(entries))),
    [changed, found, entries],
  );
  const choose = (ids: readonly string[], on: boolean) => {
    if (found === null) return;
    const next = new Set(chosen);
    for (const id of ids) {
      if (on) next.add(id);
      else next.delete(id);
    }
    setChanged({ of: found, ids: withJumpHosts(entries, next) });
  };
  return {
    read: (next) => setQuestion(({ count }) => ({ source: next, count: count + 1 })),
    clear: () => setQuestion(({ count }) => ({ source: null, count: count + 1 })),
    reading: source !== null && query.isPending,
    preview: found,
    error: source !== null && query.error ? toSerializedError(query.error) : null,
    again: () => setQuestion(({ source: same, count }) => ({ source: same, count: count + 1 })),
    ...{ chosen, choose, environment, setEnvironment },
    request: useMemo(() => importChoice(entries, chosen, environment), [entries, chosen, environment]),
  };
}
