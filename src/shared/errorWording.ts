import { errorDefinitions, type SerializedError } from './errors.ts';
import { alertWording } from './wording/alertWording.ts';
import { coreWording } from './wording/coreWording.ts';
import { remoteWording } from './wording/remoteWording.ts';
import { runWording } from './wording/runWording.ts';
import { serverWording } from './wording/serverWording.ts';
import { sshWording } from './wording/sshWording.ts';
import { stackWording } from './wording/stackWording.ts';
import { type PlacedWording, type Wording, type WordingTable, w } from './wording/wording.ts';

/** Every code has its words: the compiler refuses a table with one missing. */
const wordings: WordingTable = {
  ...coreWording,
  ...serverWording,
  ...sshWording,
  ...remoteWording,
  ...runWording,
  ...stackWording,
  ...alertWording,
};

/**
 * Words for an error as stored or sent. Data that does not fit its code's schema (an older core, a damaged journal) is worded
 * as `internal`, never thrown. In the window what to try next is said in its own terms, where the command line has others.
 */
export function errorWording(error: SerializedError, place: 'terminal' | 'window' = 'terminal'): Wording {
  const definition = errorDefinitions[error.code];
  const parsed = definition.data.safeParse(error.data);
  if (!parsed.success)
    return w(`Something failed (${error.code}) and its details cannot be read.`, 'Update Pilothouse so that window and core are of one version.');
  const word = wordings[error.code] as (data: unknown) => PlacedWording;
  const { sentence, next, inWindow } = word(parsed.data);
  return { sentence, next: place === 'window' ? (inWindow ?? next) : next };
}
