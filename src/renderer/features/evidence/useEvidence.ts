import { useQuery, useQueryClient } from '@tanstack/react-query';
import type { OperationId } from '../../../shared/model/ids.ts';
import { orpc } from '../../client/client.ts';

/** Notes, files and timeline of a run; asked for again while it goes on. */
export function useEvidence(id: OperationId, open: boolean) {
  return useQuery({ ...orpc.evidence.show.queryOptions({ input: { id } }), refetchInterval: open ? 5000 : false });
}

/** Forgets what was read of evidence, so that it is read anew. */
export function useEvidenceChanged(): () => void {
  const queries = useQueryClient();
  return () => void queries.invalidateQueries({ queryKey: orpc.evidence.show.key() });
}
