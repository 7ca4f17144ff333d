import { os } from '../../src/main/rpc/procedures.ts';
import { type AlertTimesView, usualAlertTimes } from '../../src/shared/model/alertTimes.ts';
import type { World } from './world.ts';

/** Implements `alerts.times` of the contract. */
export function alertTimesHandlers(world: World) {
  let view: AlertTimesView = { times: usualAlertTimes, usual: usualAlertTimes, changedBy: null, changedAtMs: null };
  return {
    show: os.alerts.times.show.handler(() => view),
    save: os.alerts.times.save.handler(({ input: { times } }) => {
      const changed = times === null ? { changedBy: null, changedAtMs: null } : { changedBy: world.settings.displayName, changedAtMs: Date.now() };
      view = { times: times ?? usualAlertTimes, usual: usualAlertTimes, ...changed };
      return view;
    }),
  };
}
