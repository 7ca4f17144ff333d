import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import type { OperationId, RequestId } from '../../../shared/model/ids.ts';
import type { MaintenanceWindow, WindowFields } from '../../../shared/model/maintenanceWindow.ts';
import { parseSelector, type Selectable, selects } from '../../../shared/model/selector.ts';
import type { Database } from '../../database/database.ts';
import { RequestsRepo } from '../../database/requestsRepo.ts';
import { type MaintenanceVerdict, maintenanceVerdict, type WindowSpan, windowProblem, windowSpans, windowStand } from './windowRules.ts';
import { type StoredWindow, WindowsRepo } from './windowsRepo.ts';

/** What maintenance windows need from the rest of the core. */
export interface WindowsPorts {
  database: Database;
  servers(): readonly Selectable[];
  who(): string;
  nowMs(): number;
}

/** When servers may be interrupted. */
export interface WindowsService {
  list(): MaintenanceWindow[];
  /** Throws `window.exists`, `selector.invalid`, `input.invalid`. */
  add(request: { requestId: RequestId; fields: WindowFields }): MaintenanceWindow;
  /** Throws `window.not-found`. */
  remove(request: { requestId: RequestId; name: string }): void;
  /** When windows that are there now were open between two moments, each from when it was made on, with the servers that it is for now. */
  spans(fromMs: number, untilMs: number): (WindowSpan & { name: string; servers: string[] })[];
  override(request: { operation: OperationId; reason: string }): void;
  overrideOf(operation: OperationId): { who: string; reason: string } | null;
  /** Whether a server may be interrupted now. */
  verdict(server: Selectable): MaintenanceVerdict;
}

const nameAnswer = z.object({ name: z.string() });

/** Makes the service. */
export function createWindowsService(ports: WindowsPorts): WindowsService {
  const repo = new WindowsRepo(ports.database);
  const requests = new RequestsRepo(ports.database, ports.nowMs);
  const isFor = ({ fields }: StoredWindow, server: Selectable) => selects(parseSelector(fields.selector), server);
  const pickedBy = (window: StoredWindow) =>
    ports
      .servers()
      .filter((server) => isFor(window, server))
      .map(({ name }) => name);
  const shown = (window: StoredWindow): MaintenanceWindow => ({ ...window, ...windowStand(window.fields, ports.nowMs()), servers: pickedBy(window) });
  const find = (name: string) => {
    const found = repo.all().find(({ fields }) => fields.name === name);
    if (found === undefined) throw new AppError('window.not-found', { name });
    return found;
  };

  return {
    list: () => repo.all().map(shown),
    add({ requestId, fields }) {
      const { name } = requests.once(requestId, 'windows.add', nameAnswer, () => {
        parseSelector(fields.selector);
        const problem = windowProblem(fields);
        if (problem !== null) throw new AppError('input.invalid', { issues: [{ path: 'when', message: problem }] });
        if (repo.all().some((window) => window.fields.name === fields.name)) throw new AppError('window.exists', { name: fields.name });
        repo.insert({ fields, who: ports.who(), createdAtMs: ports.nowMs() });
        return { name: fields.name };
      });
      return shown(find(name));
    },
    remove({ requestId, name }) {
      requests.once(requestId, 'windows.remove', nameAnswer, () => {
        find(name);
        repo.remove(name);
        return { name };
      });
    },
    spans: (fromMs, untilMs) =>
      repo.all().flatMap((window) => {
        const { createdAtMs, fields } = window;
        const spans = windowSpans(fields, Math.max(fromMs, createdAtMs), untilMs);
        if (spans.length === 0) return [];
        const servers = pickedBy(window);
        return spans.map((span) => ({ ...span, name: fields.name, servers }));
      }),
    override: ({ operation, reason }) => repo.override(operation, { who: ports.who(), reason, atMs: ports.nowMs() }),
    overrideOf: (operation) => repo.overrideOf(operation),
    verdict(server) {
      const own = repo.all().filter((window) => isFor(window, server));
      return maintenanceVerdict(
        own.map(({ fields }) => fields),
        ports.nowMs(),
      );
    },
  };
}
