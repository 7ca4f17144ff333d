import type { OperationId } from '../../../shared/model/ids.ts';
import { os } from '../../rpc/procedures.ts';
import { stateStream } from '../../rpc/stateStream.ts';
import type { AlertsService } from './service/alertsService.ts';

/** Implements `alerts` of the contract. */
export function alertsHandlers(service: AlertsService) {
  const { judge, rules, silences, channels } = service;
  const { alerts } = os;
  const ruleShown = async (id: string) => (await rules.show(id, judge.openByRule())).rule;
  return {
    watch: alerts.watch.handler(({ context, signal }) => stateStream(context.client, judge.alerts, signal)),
    status: alerts.status.handler(({ context, signal }) => stateStream(context.client, judge.status, signal)),
    notices: alerts.notices.handler(({ context, signal }) => stateStream(context.client, service.notices, signal)),
    list: alerts.list.handler(({ input }) => service.list(input)),
    show: alerts.show.handler(({ input }) => service.show(input.id)),
    acknowledge: alerts.acknowledge.handler(({ input }) => ({ alerts: service.acknowledge(input) })),
    unacknowledge: alerts.unacknowledge.handler(({ input }) => ({ alerts: service.unacknowledge(input) })),
    openIncident: alerts.openIncident.handler(async ({ input }) => {
      const { incident, evidence } = await service.openIncident(input);
      return { incident, evidence: evidence as OperationId | null };
    }),
    silences: {
      list: alerts.silences.list.handler(() => ({ silences: silences.list(judge.heldBySilence()) })),
      add: alerts.silences.add.handler(({ input }) => ({ silence: silences.add(input) })),
      preview: alerts.silences.preview.handler(({ input }) => ({ preview: service.previewSilence(input.scope) })),
      end: alerts.silences.end.handler(({ input }) => ({ silence: silences.end(input) })),
    },
    rules: {
      list: alerts.rules.list.handler(() => rules.list(judge.openByRule())),
      show: alerts.rules.show.handler(({ input }) => rules.show(input.id, judge.openByRule())),
      test: alerts.rules.test.handler(({ input }) => rules.test(input.text)),
      save: alerts.rules.save.handler(async ({ input }) => {
        const { id, problems } = await rules.save(input);
        return { rule: await ruleShown(id), problems };
      }),
      enable: alerts.rules.enable.handler(async ({ input }) => {
        rules.enable(input);
        return { rule: await ruleShown(input.id) };
      }),
      remove: alerts.rules.remove.handler(({ input }) => {
        rules.remove(input);
        return {};
      }),
      backtest: alerts.rules.backtest.handler(async ({ input }) => ({ backtest: await service.backtest(input) })),
    },
    channels: {
      list: alerts.channels.list.handler(() => ({ channels: channels.list() })),
      save: alerts.channels.save.handler(async ({ input }) => ({ channel: await channels.save(input) })),
      remove: alerts.channels.remove.handler(async ({ input }) => ({ name: await channels.remove(input) })),
      test: alerts.channels.test.handler(async ({ input }) => ({ attempt: await channels.test(input) })),
    },
    times: {
      show: alerts.times.show.handler(() => service.times.show()),
      save: alerts.times.save.handler(({ input }) => service.times.save(input)),
    },
    heartbeat: {
      show: alerts.heartbeat.show.handler(() => ({ heartbeat: service.heartbeat.view() })),
      save: alerts.heartbeat.save.handler(async ({ input }) => ({ heartbeat: await channels.saveHeartbeat(input) })),
      test: alerts.heartbeat.test.handler(async () => ({ attempt: await channels.testHeartbeat() })),
    },
  };
}
