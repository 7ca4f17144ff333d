import { z } from 'zod';
import { cloudResourceFieldsSchema, cloudResourceSchema } from '../model/cloudResource.ts';
import { labelSchema } from '../model/server.ts';
import { mutationFields, procedure } from './base.ts';

/** Cloud resources that are not servers: load balancers, storage, CDN, logs, keys, registries. Records only: nothing is asked of a provider. */
export const resourcesContract = {
  /** By name. */
  list: procedure.input(z.object({})).output(z.object({ resources: z.array(cloudResourceSchema) })),
  get: procedure.input(z.object({ name: labelSchema })).output(cloudResourceSchema),
  add: procedure.input(z.object({ ...mutationFields, fields: cloudResourceFieldsSchema })).output(cloudResourceSchema),
  edit: procedure.input(z.object({ ...mutationFields, name: labelSchema, fields: cloudResourceFieldsSchema.partial() })).output(cloudResourceSchema),
  /** Forgets the record; the resource itself stays. */
  remove: procedure.input(z.object({ ...mutationFields, name: labelSchema })).output(z.object({})),
};
