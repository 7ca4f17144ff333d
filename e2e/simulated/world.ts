import { applyChanges, checkFields, type FieldChanges, jumpHosts } from '../../src/main/features/inventory/inventoryRules.ts';
import { KeyedState } from '../../src/main/rpc/keyedState.ts';
import type { Transfer } from '../../src/shared/contract/files.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import type { Settings } from '../../src/shared/contract/settings.ts';
import type { Tunnel } from '../../src/shared/contract/tunnels.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { Alert, AlertNotice } from '../../src/shared/model/alert.ts';
import type { ServerId, TerminalId } from '../../src/shared/model/ids.ts';
import type { NetworkVerdict } from '../../src/shared/model/network.ts';
import { resolveSelector } from '../../src/shared/model/selector.ts';
import type { Server, ServerFields } from '../../src/shared/model/server.ts';
import { presetWords, type TerminalPreset } from '../../src/shared/model/terminalPreset.ts';
import { driftVitals, fleetRowOf } from './fleetData.ts';
import { SimulatedLogs } from './logsHandlers.ts';
import { presetOperations } from './presetOperations.ts';
import { createRandom } from './random.ts';
import { presetRecordings, type SimulatedRecording } from './recordingsData.ts';
import { SimulatedOperations } from './simulatedOperations.ts';
import { SimulatedPty } from './simulatedPty.ts';
import { SimulatedTerminal } from './simulatedTerminal.ts';

/** Everything that a simulated core holds: the fleet with moving figures, operations, terminals, settings. */
export class World {
  readonly rows = new KeyedState<FleetRow>();
  readonly operations = new SimulatedOperations();
  readonly logs = new SimulatedLogs();
  readonly terminals = new Map<string, SimulatedTerminal>();
  recordings: SimulatedRecording[] = presetRecordings(Date.now());
  /** The panes as a window kept them. */
  layout: string | null = null;
  /** Set `verdict` to show a computer without a network. */
  readonly network = new KeyedState<NetworkVerdict>();
  /** What is wrong; filled by the handlers of `alerts`. */
  readonly alerts = new KeyedState<Alert>();
  /** What alerts tell on this computer. */
  readonly alertNotices = new KeyedState<AlertNotice>();
  /** All servers were lost at once, so that it is this computer. */
  computerOut = false;
  /** Stored figures cannot be read. */
  healthFails = false;
  /** A time of which nothing of a server is stored. */
  gap: { server: string; fromMs: number; toMs: number } | null = null;
  /** Live figures do not move on. */
  healthStands = false;
  readonly transfers = new KeyedState<Transfer>();
  readonly tunnels = new KeyedState<Tunnel>();
  readonly secrets = new Map<string, number>();
  demoServers = 0;
  /** Commands that were run, the latest first. */
  readonly commands: { command: string[]; sudo: boolean; selector: string }[] = [
    { command: ['systemctl', 'restart', 'docker'], sudo: true, selector: 'env:staging' },
    { command: ['cat', '/etc/docker/daemon.json'], sudo: false, selector: 'all' },
    { command: ['sh', '-c', 'df -h / | tail -1'], sudo: false, selector: 'all' },
    { command: ['nvidia-smi', '--query-gpu=name,driver_version', '--format=csv,noheader'], sudo: false, selector: 'group:inference' },
    { command: ['journalctl', '-u', 'docker', '-n', '20', '--no-pager'], sudo: true, selector: 'env:production !gateway-*' },
    { command: ['uptime'], sudo: false, selector: 'all' },
  ];
  settings: Settings = {
    displayName: 'Mara',
    theme: 'system',
    density: 'compact',
    vitalsIntervalS: 5,
    terminalFontSizePx: 12,
    terminalScrollback: 5_000,
    notifyWhenFinished: true,
  };
  readonly #random = createRandom(7);
  readonly #timers: ReturnType<typeof setInterval>[];
  #terminalNumber = 0;

  constructor(servers: number, live = true) {
    const nowMs = Date.now();
    for (let index = 0; index < servers; index += 1) {
      const row = fleetRowOf(index, servers, this.#random, nowMs);
      this.rows.set(row.server.id, row);
    }
    this.network.set('verdict', { state: 'fine' });
    this.secrets.set('registry/token', nowMs - 8 * 86_400_000);
    presetOperations(this.operations, this.rows.values(), nowMs);
    this.#timers = live ? [setInterval(() => this.#tick(), 500), setInterval(() => this.operations.advance(Date.now()), 700)] : [];
  }

  close(): void {
    for (const timer of this.#timers) clearInterval(timer);
    for (const terminal of this.terminals.values()) terminal.close();
  }

  select(selector: string): FleetRow[] {
    const servers = resolveSelector(
      selector,
      this.rows.values().map((row) => row.server),
    );
    const ids = new Set(servers.map((server) => server.id));
    return this.rows.values().filter((row) => ids.has(row.server.id));
  }

  byName(name: string): FleetRow {
    const row = this.rows.values().find((each) => each.server.name === name);
    if (!row) throw new AppError('server.not-found', { name });
    return row;
  }

  /** Asks for the typed name where production is among the targets, as the core does. */
  guard(rows: readonly FleetRow[], confirm: string | undefined, selector: string, effect: string): void {
    if (!rows.some((row) => row.server.environment === 'production')) return;
    const expected = rows.length === 1 ? (rows[0]?.server.name ?? selector) : selector;
    if (confirm !== expected) throw new AppError('guard.confirmation-needed', { expected, effect });
  }

  add(fields: ServerFields, demo = false): FleetRow {
    if (this.rows.values().some((row) => row.server.name === fields.name)) throw new AppError('server.name-taken', { name: fields.name });
    const nowMs = Date.now();
    const id = `srv_new${String(this.rows.size).padStart(13, '0')}` as ServerId;
    const row = this.#untrusted({ ...fields, id, hostKeys: [], demo, createdAtMs: nowMs, updatedAtMs: nowMs });
    this.rows.set(id, row);
    return row;
  }

  /** Changes a record as the core does: another address is not trusted any more, and those who jump through it follow its new name. */
  edit(row: FleetRow, changes: FieldChanges): FleetRow {
    const nowMs = Date.now();
    const others = this.rows.values().filter((each) => each !== row);
    const { server, moved } = applyChanges(row.server, changes, nowMs);
    const renamed = others.map((each) => (each.server.jump === row.server.name ? { ...each, server: { ...each.server, jump: server.name } } : each));
    checkFields(server, jumpHosts(renamed.map((each) => each.server)));
    for (const [index, each] of renamed.entries()) if (each !== others[index]) this.rows.set(each.server.id, each);
    const next = moved ? { ...this.#untrusted(server), stacks: row.stacks } : { ...row, server };
    this.rows.set(server.id, next);
    return next;
  }

  /** A server that was trusted comes up with facts and figures. */
  trust(row: FleetRow, type: string, fingerprint: string): FleetRow {
    const filled = fleetRowOf(2, 20, this.#random, Date.now());
    const next: FleetRow = { ...filled, server: { ...row.server, hostKeys: [{ type, fingerprint }] }, stacks: [] };
    this.rows.set(row.server.id, next);
    return next;
  }

  openTerminal(server: string, preset: TerminalPreset, size: { cols: number; rows: number }, of?: string): SimulatedTerminal {
    this.#terminalNumber += 1;
    const id = `term_${String(this.#terminalNumber).padStart(4, '0')}` as TerminalId;
    const title = `${server} · ${presetWords[preset].short}${of === undefined ? '' : ` ${of}`}`;
    const terminal = new SimulatedTerminal(
      {
        id,
        serverName: server,
        title,
        preset,
        ...(of === undefined ? {} : { of }),
        state: 'open',
        reason: null,
        holder: 'python3',
        openedAtMs: Date.now(),
        recordingSinceMs: null,
      },
      new SimulatedPty(server, preset),
      size,
    );
    this.terminals.set(id, terminal);
    return terminal;
  }

  #untrusted(server: Server): FleetRow {
    return {
      server,
      connection: 'untrusted',
      connectionError: { code: 'server.untrusted', data: { server: server.name } },
      health: 'unknown',
      activity: null,
      facts: null,
      vitals: null,
      utilizationHistory: [],
      stacks: [],
    };
  }

  #tick(): void {
    const nowMs = Date.now();
    for (const row of this.rows.values()) {
      // Each server is read every five seconds, a tenth of them per tick.
      if (row.connection !== 'connected' || this.#random() > 0.1) continue;
      const vitals = driftVitals(row, this.#random, nowMs);
      const utilization = vitals?.gpus[0]?.utilizationPercent ?? null;
      const utilizationHistory = utilization === null ? row.utilizationHistory : [...row.utilizationHistory.slice(1), Math.round(utilization * 10) / 10];
      this.rows.set(row.server.id, { ...row, vitals, utilizationHistory });
    }
  }
}
