import type { LogSource } from '../../../shared/model/log.ts';
import { stackName } from './logQuery.ts';

/** How many colours there are to tell sources apart. */
export const laneColours = 10;

/**
 * What people see as one source: a service, a container, a unit or a file of a server, through all containers that it had. Keeps its
 * colour as long as it is shown.
 */
export interface LogLane {
  /** `server/name`: names it in addresses. */
  readonly id: string;
  readonly serverName: string;
  readonly kind: LogSource['kind'];
  readonly stack: string | null;
  readonly name: string;
  readonly colour: number;
  state: LogSource['state'];
  /** Lines of it that are held. */
  held: number;
}

/** Names a lane in addresses. */
export function laneId({ serverName, kind, stack, name }: Pick<LogSource, 'serverName' | 'kind' | 'stack' | 'name'>): string {
  if (kind === 'unit') return `${serverName}/unit:${name}`;
  return stack === null ? `${serverName}/${name}` : `${serverName}/${stackName(stack)}/${name}`;
}

/** The colour that a name would like to have. */
function wishedColour(id: string): number {
  let hash = 2_166_136_261;
  for (let index = 0; index < id.length; index += 1) hash = Math.imul(hash ^ id.charCodeAt(index), 16_777_619);
  return (hash >>> 0) % laneColours;
}

/** The colour of a new lane: the one its name gives, or the next that the fewest others have. */
export function laneColour(id: string, taken: readonly number[]): number {
  const wish = wishedColour(id);
  const uses = Array.from({ length: laneColours }, (_, colour) => taken.filter((each) => each === colour).length);
  const fewest = Math.min(...uses);
  for (let step = 0; step < laneColours; step += 1) {
    const colour = (wish + step) % laneColours;
    if (uses[colour] === fewest) return colour;
  }
  return wish;
}

/** The name of a lane as there is room for it: of a file the last part of its path. */
export function shortName(lane: Pick<LogLane, 'kind' | 'name'>): string {
  if (lane.name === '-') return 'journal';
  return lane.kind === 'file' ? lane.name.slice(lane.name.lastIndexOf('/') + 1) : lane.name;
}

/** What tells lanes apart: their name, their server where there are several, and what else it takes where two of one server have that name. */
export function laneLabels(lanes: readonly LogLane[]): (lane: LogLane) => string {
  const servers = new Set(lanes.map((lane) => lane.serverName)).size > 1;
  const keyOf = (lane: LogLane) => `${lane.serverName}/${shortName(lane)}`;
  const names = Map.groupBy(lanes, keyOf);
  return (lane) => {
    const isDouble = (names.get(keyOf(lane))?.length ?? 0) > 1;
    const name = isDouble && lane.kind === 'file' ? lane.name : shortName(lane);
    const stack = isDouble && lane.stack !== null ? stackName(lane.stack) : null;
    return [servers ? lane.serverName : null, stack, name].filter((part) => part !== null).join(' ');
  };
}
