import type { Server } from '../../../../shared/model/server.ts';
import type { Readings } from '../../../database/readings/openReadings.ts';
import { generatedLog } from '../../../rpc/generatedLog.ts';
import { logStream } from '../../../rpc/logStream.ts';
import { os } from '../../../rpc/procedures.ts';
import { exportText } from '../keep/exportText.ts';
import type { SharingService } from './sharingService.ts';

/** What the handlers stand on. */
export interface SharingHandlersPorts {
  service: SharingService;
  readings: Pick<Readings, 'query' | 'latest' | 'seriesOf'>;
  servers(): readonly Pick<Server, 'id' | 'name'>[];
  nowMs(): number;
}

/** Handlers of the `sharing` part of the contract. */
export function sharingHandlers({ service, readings, servers, nowMs }: SharingHandlersPorts) {
  return {
    status: os.sharing.status.handler(() => service.status()),
    scrape: os.sharing.scrape.handler(({ input }) => ({ token: service.scrape(input.on) })),
    remoteWrite: os.sharing.remoteWrite.handler(async ({ input }) => {
      await service.remoteWrite(input.target);
      return {};
    }),
    page: os.sharing.page.handler(({ input, context, signal }) => {
      const state = service.judge(input.token);
      const pieces = (async function* () {
        yield { state, text: '' };
        if (state !== 'given') return;
        const request = { servers: servers(), format: 'prometheus' as const, fromMs: 0, toMs: nowMs() };
        for await (const { text } of exportText(readings, request, nowMs())) yield { state, text };
      })();
      return logStream(context.client, generatedLog(pieces), { afterSeq: -1 }, signal);
    }),
  };
}
