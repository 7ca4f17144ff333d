import { os } from '../../rpc/procedures.ts';
import type { DemoService } from './demoService.ts';

/** Implements `demo` of the contract. */
export function demoHandlers(service: DemoService) {
  return {
    status: os.demo.status.handler(() => service.status()),
    start: os.demo.start.handler(({ input }) => service.start(input.servers)),
    stop: os.demo.stop.handler(async () => {
      await service.stop();
      return {};
    }),
  };
}
