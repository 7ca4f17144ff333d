import { z } from 'zod';
import { hardwareNeedsSchema } from './fit.ts';
import { stackIdSchema } from './ids.ts';
import { inputDefinitionSchema } from './inputDefinition.ts';

/** Words of a command without a shell between them. */
const commandSchema = z.array(z.string().min(1).max(2000)).min(1).max(64);
const timeoutSchema = z.int().min(1).max(86_400);
const titleSchema = z.string().min(1).max(120);
const serviceNameSchema = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/);
/** A name of Compose, as profiles have it. */
const profileNameSchema = z.string().regex(/^[a-zA-Z0-9][a-zA-Z0-9_.-]{0,62}$/);
const roleNameSchema = z.string().regex(/^[a-z][a-z0-9-]{0,40}$/);

/** One thing that has to hold for the body of an answer. `path` goes into JSON, as `data.0.id`; empty: the whole body as text. */
export const expectationSchema = z.object({
  path: z.string().max(200),
  equals: z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]).optional(),
  atLeast: z.number().optional(),
  contains: z.string().min(1).max(1000).optional(),
});
export type Expectation = z.infer<typeof expectationSchema>;

/**
 * Where to ask. A host that is the name of a service stands for that service's container, whether or not it publishes anything; the
 * port is then the one inside. Any other host is asked from the server, as it stands there.
 */
const askedSchema = {
  title: titleSchema,
  url: z.string().max(300),
  /** `$NAME` of a secret stands for its value, as in `Bearer $GATEWAY_KEY`; it is put in when asking, and nowhere else. */
  headers: z.record(z.string().max(100), z.string().max(1000)).optional(),
  timeoutS: timeoutSchema,
};

/** What must hold before a release counts as good. */
export const healthGateSchema = z.discriminatedUnion('kind', [
  /** Every container of the release runs, and is healthy where it has a health check. */
  z.object({ kind: z.literal('containers'), timeoutS: timeoutSchema }),
  /** An HTTP request answers with one of the statuses, and its body is as expected. */
  z.object({
    kind: z.literal('http'),
    ...askedSchema,
    method: z.enum(['GET', 'POST']).optional(),
    body: z.string().max(10_000).optional(),
    status: z.array(z.int()).min(1),
    expect: z.array(expectationSchema).max(16).optional(),
  }),
  /** Chat completions of a deployed model answer with tokens, streamed where the endpoint streams. */
  z.object({
    kind: z.literal('chat'),
    ...askedSchema,
    model: z.string().max(200),
    /** Requests that are measured after the first that answers; 0: the answer alone counts. */
    samples: z.int().min(0).max(200).optional(),
    /** Most that the first token may take at the median, in milliseconds. */
    maxFirstTokenMs: z.int().min(1).optional(),
    /** Text that the answer has to hold. */
    contains: z.string().min(1).max(200).optional(),
    prompt: z.string().min(1).max(2000).optional(),
  }),
  /** A command inside the service's container ends with 0. */
  z.object({ kind: z.literal('command'), title: titleSchema, service: serviceNameSchema, command: commandSchema, timeoutS: timeoutSchema }),
]);
export type HealthGate = z.infer<typeof healthGateSchema>;

/** What a service takes when it works as it should; the sums are set against a server. */
export const serviceNeedsSchema = z.object({
  cores: z.number().positive().optional(),
  memoryMib: z.int().positive().optional(),
  vramMib: z.int().positive().optional(),
  /** Data, without images and models. */
  diskMib: z.int().positive().optional(),
  /** Data after three months. */
  diskMibLater: z.int().positive().optional(),
});
export type ServiceNeeds = z.infer<typeof serviceNeedsSchema>;

/** A service of a stack. */
export const stackServiceSchema = z.object({
  name: serviceNameSchema,
  title: titleSchema,
  /** What it is for, one sentence. */
  purpose: z.string().max(300).optional(),
  image: z.string().max(400),
  /** Keeps data that nothing else has. */
  stateful: z.boolean(),
  /** Of several servers, those with this role run it; absent: those with the first role. */
  role: roleNameSchema.optional(),
  /** Profiles that turn it on; absent: it always runs. As in the compose file. */
  profiles: z.array(profileNameSchema).optional(),
  needs: serviceNeedsSchema.optional(),
  /** Where a parameter decides, as the size of a whole stack: what it takes by the parameter's value, over `needs`. */
  needsBy: z.object({ parameter: z.string().max(41), values: z.record(z.string().max(120), serviceNeedsSchema) }).optional(),
});
export type StackService = z.infer<typeof stackServiceSchema>;

/** What a service takes with these values of the stack's parameters. */
export function needsOf(service: Pick<StackService, 'needs' | 'needsBy'>, parameters: Readonly<Record<string, string>>): ServiceNeeds {
  const { needs = {}, needsBy } = service;
  return { ...needs, ...needsBy?.values[parameters[needsBy.parameter] ?? ''] };
}

/** A part of a stack that may have servers of its own. */
export const stackRoleSchema = z.object({
  id: roleNameSchema,
  title: titleSchema,
  /** Most servers that may have it; absent: as many as one likes. */
  maxServers: z.int().min(1).optional(),
});

/** Who may reach a port: the stack's own containers, the server itself, a private network, everybody. */
export const portExposureSchema = z.enum(['internal', 'loopback', 'private', 'public']);
export type PortExposure = z.infer<typeof portExposureSchema>;

/** What is started together, and is well before what comes after it starts. */
export const startPhaseSchema = z.union([
  z.object({ title: titleSchema, services: z.array(serviceNameSchema).min(1) }),
  /** A command in a container of its own, as a migration of a database; `dump` names backup recipes that are run before it. */
  z.object({
    title: titleSchema,
    run: z.object({ service: serviceNameSchema, command: commandSchema, timeoutS: timeoutSchema }),
    dump: z.array(serviceNameSchema).default([]),
  }),
]);
export type StartPhase = z.infer<typeof startPhaseSchema>;

/**
 * How data of a service is kept and brought back. `stream`: the command writes it to stdout, and reads it from stdin for the way back;
 * `file`: it writes `path` inside the container. Commands run in the container, by sh, so that they can use its own variables.
 * `volume`: the files of the volume at `path` are read on the server while the container stands still; there are no commands.
 */
export const backupRecipeSchema = z.object({
  service: serviceNameSchema,
  title: titleSchema,
  form: z.enum(['stream', 'file', 'volume']),
  save: z.string().max(2000).default(''),
  restore: z.string().max(2000).default(''),
  path: z.string().max(300).optional(),
  /** Prints, a line each, what is the same before and after and how often, as `orders 12`. */
  verify: z.string().max(2000).optional(),
  /** What the data begins with; what begins otherwise is none. */
  magic: z
    .string()
    .regex(/^[A-Za-z0-9]{1,16}$/)
    .optional(),
  /** Bringing it back needs the way out, as pulling models does. */
  online: z.boolean().optional(),
});
export type BackupRecipe = z.infer<typeof backupRecipeSchema>;

/** A model that a service loads. */
export const stackModelSchema = z.object({
  name: z.string().max(200),
  title: titleSchema,
  service: serviceNameSchema,
  /** What has to be downloaded. */
  downloadMib: z.int().positive(),
  /** Behind a licence that has to be accepted: a token is needed. */
  gated: z.boolean().default(false),
});

/** A directory of the stack that a service reads again without a new container: tested by `check`, taken over by `reload`. */
export const liveFilesSchema = z.object({ directory: z.string().max(200), service: serviceNameSchema, check: commandSchema, reload: commandSchema });

/** A promise of speed that a measurement can be set against. */
export const expectedFigureSchema = z.object({
  what: titleSchema,
  unit: z.string().max(30),
  min: z.number().optional(),
  max: z.number().optional(),
  /** On what machine, under which load. */
  when: z.string().max(200),
});

/** A compose project we know how to run. Files are templates: `${name}` of a parameter is replaced when rendering. */
export const stackDefinitionSchema = z.object({
  id: stackIdSchema,
  version: z.int().min(1),
  title: titleSchema,
  summary: z.string().max(1000),
  parameters: z
    .array(
      inputDefinitionSchema.extend({
        /** Of a person's own project it is a variable of its env file. */
        name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/),
      }),
    )
    .max(128),
  /** Secrets that the stack needs; each is generated where none is given, kept on the server in the release's env file. */
  secrets: z
    .array(
      z.object({
        name: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,63}$/),
        title: titleSchema,
        /** Part of an address somewhere: only letters, digits, ".", "_", "~" and "-". */
        urlSafe: z.boolean().default(false),
        /** Cannot be made up, as the token of somebody's account: without a value it stays empty. */
        given: z.boolean().default(false),
        /** Services that hold it; the order in which they get a new value. */
        usedBy: z.array(serviceNameSchema).default([]),
        /** Run in the first of `usedBy` to make a new value (`$PH_NEW_VALUE`, on stdin) count, as for the password of a database's user. */
        rotate: z.string().max(2000).optional(),
      }),
    )
    .max(64),
  /** Parts that may have servers of their own; none: it runs on one server. The order is that of a deploy. */
  roles: z.array(stackRoleSchema).max(16).default([]),
  /** Profiles of the compose files, to be turned on. */
  profiles: z
    .array(z.object({ name: profileNameSchema, title: titleSchema, help: z.string().max(600).optional() }))
    .max(16)
    .default([]),
  /** What differs by environment: over the defaults of the parameters, below what a person gives. */
  environments: z
    .partialRecord(
      z.enum(['development', 'staging', 'production']),
      z.object({ parameters: z.record(z.string(), z.string().max(4096)).default({}), profiles: z.array(profileNameSchema).optional() }),
    )
    .default({}),
  services: z.array(stackServiceSchema),
  requirements: z.object({
    dockerVersion: z.string().optional(),
    composeVersion: z.string().optional(),
    memoryMib: z.int().optional(),
    diskMib: z.int().optional(),
    vramMib: z.int().optional(),
    gpus: z.int().optional(),
  }),
  /** The machine it is meant to run on; a deploy does not insist on it. */
  advised: hardwareNeedsSchema.optional(),
  /** Every port that a service listens on. `across`: other servers of the stack use it, so that it is published there for them. */
  ports: z.array(z.object({ service: serviceNameSchema, port: z.string(), exposure: portExposureSchema, across: z.boolean().default(false) })),
  /** Volumes that must outlive containers, by the place in the service's container. */
  volumes: z
    .array(z.object({ service: serviceNameSchema, path: z.string().max(300), holds: titleSchema }))
    .max(64)
    .default([]),
  models: z.array(stackModelSchema).max(32).default([]),
  backups: z.array(backupRecipeSchema).max(32).default([]),
  live: z.array(liveFilesSchema).max(16).default([]),
  /** In order; what no phase names is started last. None: everything at once, as the compose file orders it. */
  start: z.array(startPhaseSchema).max(32).default([]),
  /** Run inside a container after the start and before the gates, as words without a shell: pulling a model, for example. */
  warmUps: z
    .array(z.object({ title: titleSchema, service: serviceNameSchema, command: commandSchema, timeoutS: timeoutSchema }))
    .max(16)
    .default([]),
  gates: z.array(healthGateSchema),
  /** Asked through a tunnel of this computer, at any time. */
  smokeTests: z.array(healthGateSchema).max(32).default([]),
  expected: z.array(expectedFigureSchema).max(32).default([]),
});
export type StackDefinition = z.infer<typeof stackDefinitionSchema>;
export type StackSecret = StackDefinition['secrets'][number];
