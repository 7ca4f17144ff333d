import type { SerializedError } from '../../../shared/errors.ts';
import { errorWording } from '../../../shared/errorWording.ts';

/** The one sentence of an error, for a tooltip. */
export function errorSentence(error: SerializedError): string {
  return errorWording(error).sentence;
}
