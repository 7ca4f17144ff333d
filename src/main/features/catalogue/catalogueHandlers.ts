import type { InstanceType } from '../../../shared/model/instanceType.ts';
import { os } from '../../rpc/procedures.ts';

/** Implements `catalogue` of the contract. */
export function catalogueHandlers(read: () => Promise<{ types: InstanceType[]; about: string }>) {
  return { list: os.catalogue.list.handler(() => read()) };
}
