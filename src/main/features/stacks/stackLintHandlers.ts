import { os } from '../../rpc/procedures.ts';
import type { StackLintService } from './stackLintService.ts';

/** Handlers of the `lint` part of the contract. */
export function stackLintHandlers(service: StackLintService) {
  return {
    run: os.lint.run.handler(async ({ input }) => ({ reports: await service.run(input) })),
    rules: os.lint.rules.handler(() => service.rules()),
    explain: os.lint.explain.handler(({ input }) => service.explain(input.id)),
  };
}
