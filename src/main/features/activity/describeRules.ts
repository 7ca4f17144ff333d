/** What is recorded of something that a client asked for, before it is known how it ends. */
export interface Described {
  what: string;
  /** Names of servers that it names itself. */
  serverNames: string[];
  serverIds: string[];
  selector: string | null;
  /** It works on the servers themselves, not only on what is kept of them here: their own ledgers are to hold it. */
  onServers: boolean;
  operationId: string | null;
  subject: string | null;
  details: Record<string, string>;
}

/** What changes something on servers without being an operation. */
const onServers = ['files.', 'terminals.open', 'operations.', 'stackLocks.', 'approvals.give', 'access.login'];
/** What would only be noise: looking that is written like a change. */
const notRecorded = ['operations.pause', 'operations.resume', 'terminals.close', 'demo.', 'incidents.evidence', 'incidents.run', 'evidence.attach'];
/** Fields whose text is a name or a choice, never a secret or a document. */
const told = [
  'name',
  'id',
  'stackId',
  'path',
  'from',
  'to',
  'selector',
  'fingerprint',
  'reason',
  'stepId',
  'preset',
  'environment',
  'kind',
  'level',
  'title',
  'port',
];
const longest = 200;
const verbs: Record<string, string> = {
  add: 'Added',
  edit: 'Changed',
  change: 'Changed',
  remove: 'Removed',
  set: 'Set',
  unset: 'Removed',
  save: 'Saved',
  trust: 'Trusted',
  rename: 'Renamed',
  open: 'Opened',
  revoke: 'Revoked',
  label: 'Labelled',
  close: 'Closed',
  generate: 'Made',
  cancel: 'Cancelled',
  sign: 'Signed',
  give: 'Gave',
  note: 'Noted',
  escalate: 'Escalated',
  acknowledge: 'Acknowledged',
  unacknowledge: 'Took back the acknowledgement of',
  openIncident: 'Opened an incident for',
  enable: 'Switched',
  end: 'Ended',
  test: 'Tested',
};
const nouns: Record<string, string> = {
  servers: 'server',
  secrets: 'secret',
  groups: 'group',
  documents: 'document',
  resources: 'resource',
  settings: 'settings',
  files: 'file',
  terminals: 'terminal',
  tunnels: 'tunnel',
  keys: 'key',
  projects: 'project',
  identity: 'key of a person',
  approvals: 'approval',
  incidents: 'incident',
  schedules: 'schedule',
  windows: 'maintenance window',
  alerts: 'alerts',
  'alerts.silences': 'silence',
  'alerts.rules': 'alert rule',
  'alerts.channels': 'alert channel',
  'alerts.heartbeat': 'heartbeat',
  'alerts.times': 'times of alerts',
};

/**
 * Puts a mutation into words by its path and input. Only names are taken from the input, by a list of what is no secret; of everything else
 * it is said that it was given. Null: not recorded here.
 */
export function describe(path: string, input: Readonly<Record<string, unknown>>): Described | null {
  if (notRecorded.some((each) => path.startsWith(each))) return null;
  const [first = '', second = '', third] = path.split('.');
  const [noun, verb] = third === undefined ? [first, second] : [`${first}.${second}`, third];
  const details: Record<string, string> = {};
  const left: string[] = [];
  for (const [key, value] of Object.entries(input)) {
    if (key === 'requestId' || key === 'confirm' || value === undefined || value === null) continue;
    if (told.includes(key) && ['string', 'number', 'boolean'].includes(typeof value)) details[key] = String(value).slice(0, longest);
    else if (isNames(key, value)) details[key] = value.join(', ').slice(0, longest);
    else left.push(...givenNames(key, value));
  }
  if (left.length > 0) details['given'] = left.sort().join(', ').slice(0, longest);
  const fields = record(input['fields']);
  const name = text(input['name']) ?? text(fields['name']) ?? (noun === 'incidents' ? (text(input['title']) ?? text(input['id'])) : undefined) ?? null;
  const ofServer = noun === 'servers' || noun === 'access' || noun === 'guide';
  const subject = text(input['path']) ?? (ofServer ? null : name) ?? text(input['stackId']) ?? null;
  const serverNames = [text(input['server']), ofServer ? (name ?? undefined) : undefined, ...list(input['servers'])].filter((each) => each !== undefined);
  const serverIds = [text(input['serverId']), ...list(input['serverIds'])].filter((each) => each !== undefined);
  const object =
    noun === 'settings' ? `settings ${Object.keys(record(input['changes'])).sort().join(', ')}` : [nouns[noun] ?? noun, subject ?? name].join(' ').trim();
  const verbWord = verbs[verb];
  return {
    what: (noun === 'operations'
      ? operationWords(verb, text(input['stepId']))
      : noun === 'sharing'
        ? sharingWords(verb, input)
        : verbWord === undefined
          ? `${path}${name === null ? '' : ` ${name}`}`
          : `${verbWord} ${object}`
    ).slice(0, 400),
    ...{ serverNames, serverIds, selector: text(input['selector']) ?? null },
    onServers: onServers.some((each) => path.startsWith(each)),
    operationId: noun === 'operations' || noun === 'approvals' ? (text(input['id']) ?? null) : null,
    ...{ subject, details },
  };
}

/** Who gets live figures; of an address its host alone, since the rest may hold what lets one in. */
function sharingWords(verb: string, input: Readonly<Record<string, unknown>>): string {
  if (verb === 'scrape') return `Switched the page of live figures ${input['on'] === true ? 'on, with a new token' : 'off'}`;
  const url = text(record(input['target'])['url']);
  return url === undefined ? 'Ended writing live figures elsewhere' : `Had live figures written to ${URL.parse(url)?.host ?? 'an address'}`;
}

function operationWords(verb: string, stepId: string | undefined): string {
  const step = stepId === undefined ? '' : ` ${stepId}`;
  const words: Record<string, string> = {
    cancel: 'Cancelled the operation',
    cancelCell: `Ended the step${step}`,
    retryCell: `Retried the step${step}`,
    retryFailed: 'Took up again what had failed',
    skipCell: `Skipped the step${step}`,
    answer: `Answered the step${step}`,
  };
  return words[verb] ?? `operations.${verb}${step}`;
}

/** The operation that an answer tells of, if it does: the engine's own entries speak of it then. */
export function startedOperation(output: unknown): string | null {
  const answer = record(output);
  const operation = 'operation' in answer ? record(answer['operation']) : answer;
  const id = text(operation['id']);
  return id?.startsWith('op_') === true ? id : null;
}

function isNames(key: string, value: unknown): value is string[] {
  return (
    ['names', 'servers', 'tags', 'groups', 'add', 'remove', 'services', 'keys'].includes(key) &&
    Array.isArray(value) &&
    value.every((each) => typeof each === 'string')
  );
}

function givenNames(key: string, value: unknown): string[] {
  if (['fields', 'changes', 'credentials', 'answer', 'inputs', 'values'].includes(key)) return Object.keys(record(value)).map((each) => `${key}.${each}`);
  return [key];
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function list(value: unknown): (string | undefined)[] {
  return Array.isArray(value) ? value.map(text) : [];
}
