import type { OperationId, ServerId } from '../../../shared/model/ids.ts';
import type { Cell, Operation, OutputEntry } from '../../../shared/model/operation.ts';
import { assembleOperation, isFinding, type OperationPart, operationPartKey } from '../../../shared/model/operation.ts';
import type { CoreClient } from '../../transport/coreClient.ts';
import { answerAtTerminal, askedQuestions, questionLines } from './answerQuestion.ts';
import type { CliContext } from './cliContext.ts';
import { newRequestId } from './cliContext.ts';
import { ExitWith, errorLines } from './cliErrors.ts';
import { consumeStream } from './consumeStream.ts';
import { exitCodeOfOperation, exitCodes } from './exitCodes.ts';
import { noteNetwork } from './networkNote.ts';
import { OutputPrinter } from './outputPrinter.ts';
import { duration } from './terminalText.ts';

/** A second Ctrl-C within this time cancels instead of detaching. */
const secondInterruptMs = 1500;

const marks: Record<Cell['state'], string> = {
  pending: '·',
  running: '…',
  waiting: '?',
  satisfied: '=',
  done: '✓',
  failed: '✗',
  skipped: '-',
  cancelled: '-',
  'needs-attention': '!',
};

/**
 * Follows an operation to its end: output as it comes, a line for every finished cell. What it asks is put to the person at the terminal;
 * without one it is said and left open. Ctrl-C once detaches, and the operation goes on in the core; twice cancels it. Returns the
 * operation as it ended, or as it waits.
 */
export async function followOperation(
  context: CliContext,
  id: OperationId,
  options: { showOutput: boolean; onChange?: (operation: Operation) => void },
): Promise<Operation> {
  const client = await context.client();
  const leave = new AbortController();
  const stopListening = onInterrupts(context, client, id, leave);
  const operation = await client.operations.get({ id });
  const printer = new OutputPrinter(context.output, operation);
  try {
    let afterSeq = -1;
    const print = (entry: OutputEntry) => {
      afterSeq = entry.seq;
      printer.print(entry);
    };
    for (;;) {
      const rest = new AbortController();
      const signal = AbortSignal.any([leave.signal, rest.signal]);
      const shown = options.showOutput && !context.output.json ? followOutput(client, id, print, { signal, afterSeq }) : Promise.resolve();
      shown.catch(() => {});
      await followCells(context, client, operation, leave.signal, options.onChange);
      const now = await client.operations.get({ id });
      if (closedStates.has(now.state)) await shown;
      rest.abort();
      printer.end();
      if (closedStates.has(now.state) || now.state === 'paused') break;
      // The stream may have told of a question that was answered a moment ago: then the operation runs on, and is followed further.
      if (now.state === 'waiting' && askedQuestions(now).length > 0 && !(await answered(context, now))) break;
    }
    const ended = await client.operations.get({ id });
    if (ended.state !== 'succeeded') await noteNetwork(context);
    return ended;
  } catch (error) {
    if (leave.signal.aborted) throw new ExitWith(exitCodes.interrupted);
    throw error;
  } finally {
    leave.abort();
    stopListening();
  }
}

/** Says how an operation ended, and ends the command with its exit code. */
export function concludeOperation(context: CliContext, operation: Operation, document: unknown = { operation }): never {
  const { output } = context;
  if (output.json) output.document(document);
  else {
    const took = operation.startedAtMs === null || operation.finishedAtMs === null ? '' : ` in ${duration(operation.finishedAtMs - operation.startedAtMs)}`;
    const color = operation.state === 'succeeded' ? 'green' : 'red';
    output.note(`${output.style(color, operation.state)} ${operation.title}${took} ${output.style('dim', operation.id)}`);
    const errors = [...operation.cells.map((cell) => cell.error), operation.error].filter((error) => error !== null);
    // Many servers often fail for one reason: it is said once.
    const told = new Set(errors.map((error) => errorLines(error, output).join('\n')));
    for (const lines of told) output.problem(lines);
  }
  throw new ExitWith(exitCodeOfOperation(operation));
}

/** Puts what an operation asks to the person at the terminal. False: there is none, or they left it open; then it is said how to answer. */
async function answered(context: CliContext, operation: Operation): Promise<boolean> {
  const interactive = context.stdin.isTTY === true && !context.output.json;
  for (const asked of askedQuestions(operation)) {
    const [title = '', ...more] = questionLines(operation, asked, context.output);
    for (const line of interactive && asked.question.kind !== 'approval' ? [title, ...more.slice(0, -1)] : [title, ...more]) context.output.note(line);
    if (!interactive || !(await answerAtTerminal(context, operation, asked))) return false;
  }
  return true;
}

const closedStates: ReadonlySet<string> = new Set(['succeeded', 'failed', 'partly-failed', 'cancelled', 'needs-attention']);

async function followCells(
  context: CliContext,
  client: CoreClient,
  operation: Operation,
  signal: AbortSignal,
  onChange?: (operation: Operation) => void,
): Promise<void> {
  const { output } = context;
  const parts = new Map<string, OperationPart>();
  const told = new Set<string>();
  const several = operation.targets.length > 1;
  const tell = (cell: Cell, current: Operation) => {
    if (['pending', 'running', 'cancelled'].includes(cell.state)) return;
    const key = `${cell.serverId}/${cell.stepId}/${cell.attempt}/${cell.state}`;
    if (told.has(key)) return;
    told.add(key);
    const step = current.steps.find((candidate) => candidate.id === cell.stepId);
    // A way back that was not needed is no news.
    if (step?.runs === 'on-failure' && cell.state === 'skipped') return;
    const server = several ? `${current.targets.find((target) => target.serverId === cell.serverId)?.name ?? '?'}  ` : '';
    const found = isFinding(cell);
    const color = cell.state === 'failed' || cell.state === 'needs-attention' ? 'red' : found || cell.state === 'waiting' ? 'yellow' : 'green';
    output.note(
      `${output.style(color, found ? '▲' : marks[cell.state])} ${server}${step?.title ?? cell.stepId}${cell.detail === null ? '' : output.style('dim', `  ${cell.detail}`)}`,
    );
  };
  const quiet = output.json || operation.steps.length < 2;
  const stream = await client.operations.watchOne({ id: operation.id }, { signal });
  await consumeStream(client, stream, (frame) => {
    if (frame.type === 'open') return true;
    if (frame.type === 'snapshot' && frame.first) parts.clear();
    for (const part of frame.type === 'snapshot' ? frame.items : frame.upsert) parts.set(operationPartKey(part), part);
    const current = assembleOperation(parts.values());
    if (current === null) return true;
    onChange?.(current);
    if (!quiet) for (const cell of current.cells) tell(cell, current);
    // One that waits and asks nothing was answered, and waits for its turn on the server.
    const waits = (current.state === 'waiting' && askedQuestions(current).length > 0) || current.state === 'paused';
    return !closedStates.has(current.state) && !waits;
  });
}

/** Hands every piece of an operation's output, or of one server's, to `onEntry` in order, to the end of the operation. */
export async function followOutput(
  client: CoreClient,
  id: OperationId,
  onEntry: (entry: OutputEntry) => void | Promise<void>,
  options: { signal?: AbortSignal; serverId?: ServerId; afterSeq?: number } = {},
): Promise<void> {
  const { signal, ...of } = options;
  const stream = await client.operations.output({ id, ...of }, signal === undefined ? {} : { signal });
  await consumeStream(client, stream, async (frame) => {
    if (frame.type === 'items') for (const entry of frame.items) await onEntry(entry);
    return frame.type !== 'end';
  });
}

function onInterrupts(context: CliContext, client: CoreClient, id: OperationId, leave: AbortController): () => void {
  let first = true;
  let timer: NodeJS.Timeout | null = null;
  const interrupted = () => {
    if (first) {
      first = false;
      context.output.note(`\nDetaching: ${id} goes on in the core. Follow it again with "pilothouse operations follow ${id}". Ctrl-C again cancels it.`);
      timer = setTimeout(() => leave.abort(), secondInterruptMs);
      return;
    }
    if (timer !== null) clearTimeout(timer);
    context.output.note('Cancelling …');
    void client.operations.cancel({ requestId: newRequestId(), id }).finally(() => leave.abort());
  };
  process.on('SIGINT', interrupted);
  return () => {
    process.off('SIGINT', interrupted);
    if (timer !== null) clearTimeout(timer);
  };
}
