import { useQuery } from '@tanstack/react-query';
import { useDeferredValue } from 'react';
import { errorWording } from '../../../shared/errorWording.ts';
import type { SilenceScope } from '../../../shared/model/alert.ts';
import { client, orpc } from '../../client/client.ts';
import { toSerializedError } from '../../client/clientError.ts';
import { previewSentences } from './silenceForm.ts';

/** What a silence would hold now, as the core sees it: any selector, rules and subjects. */
export function SilencePreview({ scope, ask = client.alerts.silences.preview }: { scope: SilenceScope; ask?: typeof client.alerts.silences.preview }) {
  const asked = useDeferredValue(scope);
  const preview = useQuery({
    ...orpc.alerts.silences.preview.queryOptions({ input: { scope: asked } }),
    queryFn: ({ signal }) => ask({ scope: asked }, { signal }),
    placeholderData: (before) => before,
    retry: false,
    refetchInterval: 10_000,
  });
  if (preview.error) return <span className="text-warn">{errorWording(toSerializedError(preview.error)).sentence}</span>;
  if (preview.data === undefined) return null;
  const { held, warnings } = previewSentences(preview.data.preview);
  return (
    <>
      {held}
      {warnings.map((warning) => (
        <span key={warning} className="block text-warn">
          {warning}
        </span>
      ))}
    </>
  );
}
