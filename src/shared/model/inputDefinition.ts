import { z } from 'zod';

/** A typed input of a workflow or a parameter of a stack. Values travel as text; `type` says how they are read. */
export const inputDefinitionSchema = z.object({
  name: z.string().regex(/^[a-z][a-zA-Z0-9]{0,40}$/),
  title: z.string().max(120),
  help: z.string().max(600).optional(),
  /**
   * `cidr`: addresses with prefix lengths, separated by blanks. `stack`, `server`: a name. `path`: absolute, on the server.
   * `secret`: the name of a stored secret; its value reaches a step's scripts as a file only.
   */
  type: z.enum([
    ...(['text', 'number', 'boolean', 'choice', 'login', 'public-key', 'size-mib', 'port'] as const),
    ...(['cidr', 'host', 'path', 'email', 'stack', 'server', 'secret'] as const),
  ]),
  choices: z.array(z.string().max(120)).max(64).optional(),
  /** POSIX sh: prints, on the server, what could be given, one a line. Read-only, as the login. */
  offer: z.string().max(8192).optional(),
  /** Absent: the input must be given. An empty text counts as given. */
  default: z.string().max(4096).optional(),
});
export type InputDefinition = z.infer<typeof inputDefinitionSchema>;

/** Values of inputs by name, as text. */
export const inputValuesSchema = z.record(z.string().max(64), z.string().max(16_384));
export type InputValues = z.infer<typeof inputValuesSchema>;
