import type { FleetRow } from '../../../shared/contract/servers.ts';
import type { InventoryRow } from '../../../shared/contract/stacks.ts';
import type { StackDefinition } from '../../../shared/model/stackDefinition.ts';

/** One stack on one server as the matrix shows it. */
export interface Placed {
  stackId: string;
  release: string | null;
  health: FleetRow['stacks'][number]['health'];
  /** Version of the definition that the release was made from, where the catalogue has a newer one. */
  olderVersion: number | null;
  /** How many things differ from the release; null: nobody compared. */
  drift: number | null;
}

/** A server with what it holds. */
export interface PlacedRow {
  row: FleetRow;
  placed: readonly Placed[];
  /** When it was last asked; null: never, or unknown. */
  lookedAtMs: number | null;
}

/** What of the matrix is shown. */
export type PlaceFilter = 'all' | 'unwell' | 'drift' | 'older';

/** Key of a stack on a server in what drift was found. */
export const driftKey = (serverName: string, stackId: string): string => `${serverName}/${stackId}`;

/** Servers that hold a stack, each with what is known of it: health live, the release's definition as last seen, drift where it was compared. */
export function placedRows(
  fleet: readonly FleetRow[],
  inventory: readonly InventoryRow[],
  stacks: readonly Pick<StackDefinition, 'id' | 'version'>[],
  drift: ReadonlyMap<string, number>,
): PlacedRow[] {
  const seen = new Map(inventory.map((each) => [driftKey(each.serverName, each.stackId ?? ''), each]));
  const versions = new Map<string, number>(stacks.map(({ id, version }) => [id, version]));
  return fleet
    .filter((row) => row.stacks.length > 0)
    .map((row) => {
      const placed = row.stacks.map((stack): Placed => {
        const version = seen.get(driftKey(row.server.name, stack.stackId))?.release?.stackVersion;
        const newest = versions.get(stack.stackId);
        return {
          ...stack,
          olderVersion: version !== undefined && newest !== undefined && version < newest ? version : null,
          drift: drift.get(driftKey(row.server.name, stack.stackId)) ?? null,
        };
      });
      const looked = row.stacks.flatMap((stack) => seen.get(driftKey(row.server.name, stack.stackId))?.lookedAtMs ?? []);
      return { row, placed, lookedAtMs: looked.length === 0 ? null : Math.min(...looked) };
    });
}

/** Whether a stack on a server is what a filter asks for. */
export function isShown(placed: Placed, filter: PlaceFilter): boolean {
  if (filter === 'unwell') return placed.health !== 'healthy';
  if (filter === 'drift') return (placed.drift ?? 0) > 0;
  return filter === 'older' ? placed.olderVersion !== null : true;
}

/** How many stacks on servers each filter has. */
export function countPlaced(rows: readonly PlacedRow[]): Record<PlaceFilter, number> {
  const placed = rows.flatMap((row) => row.placed);
  const number = (filter: PlaceFilter) => placed.filter((each) => isShown(each, filter)).length;
  return { all: placed.length, unwell: number('unwell'), drift: number('drift'), older: number('older') };
}

/** Rows that hold what the filter asks for, and whose server's or stack's name has the text in it; servers as people count. */
export function filterPlaced(rows: readonly PlacedRow[], filter: PlaceFilter, text: string): PlacedRow[] {
  const needle = text.trim().toLowerCase();
  const holds = (placed: Placed, row: FleetRow) =>
    isShown(placed, filter) && (needle === '' || row.server.name.toLowerCase().includes(needle) || placed.stackId.includes(needle));
  return rows
    .filter(({ row, placed }) => placed.some((each) => holds(each, row)))
    .sort((a, b) => a.row.server.name.localeCompare(b.row.server.name, 'en', { numeric: true }));
}
