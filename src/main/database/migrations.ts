import type { Migration } from './migrate.ts';
import { migration001 } from './migrations/001Spine.ts';
import { migration002 } from './migrations/002FactsChanges.ts';
import { migration003 } from './migrations/003Records.ts';
import { migration004 } from './migrations/004ApartErrors.ts';
import { migration005 } from './migrations/005Tunnels.ts';
import { migration006 } from './migrations/006FactsKnown.ts';
import { migration007 } from './migrations/007StackPlans.ts';
import { migration008 } from './migrations/008OperationParents.ts';
import { migration009 } from './migrations/009GuideChoices.ts';
import { migration010 } from './migrations/010Backups.ts';
import { migration011 } from './migrations/011Schedules.ts';
import { migration012 } from './migrations/012Evidence.ts';
import { migration013 } from './migrations/013Ledger.ts';
import { migration014 } from './migrations/014Terminals.ts';
import { migration015 } from './migrations/015Alerts.ts';
import { migration016 } from './migrations/016Probes.ts';
import { migration017 } from './migrations/017AlertTimes.ts';

/** Every migration of `pilothouse.db`, oldest first. */
export const migrations: readonly Migration[] = [
  migration001,
  migration002,
  migration003,
  migration004,
  migration005,
  migration006,
  migration007,
  migration008,
  migration009,
  migration010,
  migration011,
  migration012,
  migration013,
  migration014,
  migration015,
  migration016,
  migration017,
];
