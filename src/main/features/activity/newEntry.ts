import type { ActivityEntry } from '../../../shared/model/activity.ts';

/** An entry to be made: `dedupe` is what it is made for once and no second time; `onServers` of which servers' ledgers it belongs to. */
export interface NewEntry extends Omit<ActivityEntry, 'atMs' | 'who'> {
  dedupe: string | null;
  onServers: boolean;
}
