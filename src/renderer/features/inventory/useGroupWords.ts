import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { groupKinds } from '../../../shared/model/group.ts';
import { orpc } from '../../client/client.ts';

/** What groups are, in a few words for a heading: `pool behind slb-1`. Nothing is asked where `enabled` is false. */
export function useGroupWords(enabled: boolean): (group: string) => string {
  const { data } = useQuery({ ...orpc.groups.list.queryOptions({ input: {} }), enabled });
  return useMemo(() => {
    const words = (data?.groups ?? []).map(({ name, kind, entrance, findings }) => {
      const title = kind === 'plain' ? '' : groupKinds[kind].title.toLowerCase();
      const parts = [entrance === null ? title : `${title} behind ${entrance}`.trim(), findings.length > 0 ? `${findings.length} to look at` : ''];
      return [name, parts.filter(Boolean).join(', ')] as const;
    });
    const byName = new Map(words);
    return (group) => byName.get(group) ?? '';
  }, [data]);
}
