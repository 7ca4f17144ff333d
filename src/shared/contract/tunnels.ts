import { eventIterator } from '@orpc/contract';
import { z } from 'zod';
import { appErrorSchema } from '../errors.ts';
import { hostSchema } from '../model/hostName.ts';
import { serverIdSchema, tunnelIdSchema } from '../model/ids.ts';
import { labelSchema } from '../model/server.ts';
import { mutationFields, procedure, stateStream } from './base.ts';

const port = z.int().min(1).max(65_535);
const schemeSchema = z.enum(['http', 'https']);

/** Where a tunnel leads: an address as the server sees it; 127.0.0.1 is the server itself. */
const target = { host: hostSchema, port };

/**
 * State of a tunnel. `connecting`: it listens, and there is no connection to the server yet; `open`; `reconnecting`: it goes on listening, and
 * who connects waits; `failed`: the server cannot be had without a person, and `error` says why.
 */
export const tunnelStateSchema = z.enum(['stopped', 'connecting', 'open', 'reconnecting', 'failed']);

/** A port of this computer's loopback that leads to an address a server reaches. */
export const tunnelSchema = z.object({
  id: tunnelIdSchema,
  serverId: serverIdSchema,
  serverName: z.string(),
  name: z.string(),
  ...target,
  /** The port that it shall listen on; null: any. */
  localPort: port.nullable(),
  /** The port that it listens on; null: it is stopped. */
  boundPort: port.nullable(),
  /** How a browser reaches what is there; null: it is none for a browser. */
  scheme: schemeSchema.nullable(),
  /** Kept in the inventory; others go when they are stopped, or unused for a while. */
  kept: z.boolean(),
  state: tunnelStateSchema,
  /** Why it failed, or why the last connection through it did. */
  error: appErrorSchema.nullable(),
  /** Connections through it: now, and since it was started. */
  connections: z.int(),
  connectionsTotal: z.int(),
  bytesUp: z.number(),
  bytesDown: z.number(),
});
export type Tunnel = z.infer<typeof tunnelSchema>;

/** Something that answers HTTP on a server. */
export const serviceSchema = z.object({
  /** What it is, from its own words; else by its port. */
  title: z.string(),
  host: hostSchema,
  port,
  scheme: schemeSchema,
  status: z.int(),
  process: z.string().nullable(),
});
export type Service = z.infer<typeof serviceSchema>;

const one = z.object({ tunnel: tunnelSchema });
const change = z.object({ ...mutationFields, id: tunnelIdSchema });

/** Ports of this computer that lead to what servers reach. */
export const tunnelsContract = {
  /** All tunnels, keyed by id. */
  watch: procedure.input(z.object({})).output(stateStream(tunnelSchema)),
  /** Keeps a tunnel and starts it. Throws `tunnel.name-taken`; `tunnel.port-taken`, and then nothing was kept. */
  add: procedure
    .input(
      z.object({
        ...mutationFields,
        server: labelSchema,
        name: labelSchema,
        ...target,
        localPort: port.nullable(),
        scheme: schemeSchema.nullable().default(null),
      }),
    )
    .output(one),
  start: procedure.input(change).output(one),
  /** Closes its port and what goes through it. One that is not kept is gone then. */
  stop: procedure.input(change).output(one),
  remove: procedure.input(change).output(z.object({})),
  /** What answers HTTP among the ports that a server was last seen to listen on. */
  services: procedure.input(z.object({ server: labelSchema })).output(z.object({ services: z.array(serviceSchema), asked: z.int() })),
  /** The address under which a browser of this computer reaches a service, through a tunnel that is there or is made. */
  open: procedure
    .input(z.object({ ...mutationFields, server: labelSchema, name: z.string().min(1).max(100), ...target, scheme: schemeSchema }))
    .output(z.object({ url: z.string(), tunnel: tunnelSchema })),
  /** A tunnel for as long as the stream is read: tells of each change. */
  forward: procedure.input(z.object({ server: labelSchema, localPort: port.nullable(), ...target })).output(eventIterator(tunnelSchema)),
};
