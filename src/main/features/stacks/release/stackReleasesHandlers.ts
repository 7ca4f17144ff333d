import { os } from '../../../rpc/procedures.ts';
import type { StacksService } from '../stacksService.ts';

/** Handlers of the `stackReleases` part of the contract. */
export function stackReleasesHandlers(service: Pick<StacksService, 'compare'>) {
  return { compare: os.stackReleases.compare.handler(({ input }) => service.compare(input)) };
}
