import type { Facts } from '../../../shared/model/facts.ts';
import { gib, rate, sold } from './fitText.ts';
import { type FitRule, isVirtual, meets, type Need, short, unknown } from './judged.ts';

/** Bytes of memory that the kernel and the firmware keep of what was bought, at most. */
const memoryKept = 0.02;

/** Processor: cores as they are counted where the machine stands, and the clock that it reaches. */
export const processorRule: FitRule = (needs, facts) => {
  const judged = [];
  if (needs.cores !== undefined) judged.push(judgeCores(needs.cores, facts));
  if (needs.clockGhz !== undefined) judged.push(judgeClock(needs.clockGhz, facts));
  return judged;
};

function judgeCores(cores: number, facts: Facts) {
  const { logicalCores } = facts.cpu;
  const need = { id: 'cores', title: 'Processor cores', need: String(cores) };
  if (logicalCores === 0) return unknown(need, null, 'The server does not tell how many cores it has.');
  // What is rented by the core is counted in virtual ones, as in every price list.
  const physical = isVirtual(facts) ? null : facts.cpu.cores;
  const counted = physical ?? logicalCores;
  const have = physical === null ? `${logicalCores} ${isVirtual(facts) ? 'virtual' : 'logical'}` : `${physical} with ${logicalCores} threads`;
  if (counted < cores) {
    const lacking = `${counted} ${counted === 1 ? 'core is' : 'cores are'} there, ${cores - counted} fewer than needed.`;
    return short(need, have, lacking, isVirtual(facts) ? 'Move to a larger type of instance.' : 'Take a machine with a larger processor, or a second one.');
  }
  if (physical === null && !isVirtual(facts) && logicalCores < 2 * cores) {
    return unknown(need, have, `The server does not tell how many of its ${logicalCores} logical cores are only second threads.`);
  }
  return meets(need, have);
}

function judgeClock(clockGhz: number, { cpu }: Facts) {
  const need = { id: 'clock', title: 'Processor clock', need: `${clockGhz} GHz` };
  // Some models carry the clock that they keep in their name, which is a lower bound of the highest.
  const named = Number(/@ (\d{1,2}(?:\.\d{1,3})?)GHz/.exec(cpu.model ?? '')?.[1] ?? 0);
  const ghz = cpu.maxMhz === null ? named : cpu.maxMhz / 1000;
  const have = ghz === 0 ? null : `${Math.round(ghz * 100) / 100} GHz${cpu.maxMhz === null ? ' or more' : ''}`;
  // Crystals are no exact thing: 3.493 GHz is sold as 3.5.
  if (have !== null && ghz >= clockGhz * 0.99) return meets(need, have);
  if (cpu.maxMhz === null || have === null)
    return unknown(need, have, 'The server does not tell the highest clock of its processor; virtual machines seldom do.');
  return short(need, have, `The processor reaches ${have} at most.`, 'Take a processor with a higher clock.');
}

/** Memory: how much of what was sold under that figure, and of which kind. */
export const memoryRule: FitRule = (needs, facts) => {
  const { totalMib, type, ecc } = facts.memory;
  const judged = [];
  if (needs.memoryGb !== undefined) {
    const need: Need = { id: 'memory', title: 'Memory', need: sold(needs.memoryGb) };
    const enough = totalMib * 1_048_576 >= needs.memoryGb * 1e9 * (1 - memoryKept);
    if (totalMib === 0) judged.push(unknown(need, null, 'The server does not tell how much memory it has.'));
    else if (enough) judged.push(meets(need, gib(totalMib)));
    else
      judged.push(
        short(
          need,
          gib(totalMib),
          `${gib(totalMib)} ${totalMib === 1024 ? 'is' : 'are'} there; a server sold with ${sold(needs.memoryGb)} shows at least ${gib((needs.memoryGb * 1e9 * (1 - memoryKept)) / 1_048_576)}.`,
          isVirtual(facts) ? 'Move to a type of instance with more memory.' : 'Add memory modules.',
        ),
      );
  }
  if (needs.memory !== undefined) {
    const wanted = needs.memory;
    const need: Need = { id: 'memory-kind', title: 'Kind of memory', need: `DDR${wanted.ddr} or newer${wanted.ecc ? ', with ECC' : ''}` };
    const generation = Number(/DDR(\d)/.exec(type ?? '')?.[1] ?? 0);
    const have = type === null ? null : `${type}${ecc === true ? ' with ECC' : ecc === false ? ' without ECC' : ''}`;
    const how =
      facts.privilege === 'none'
        ? 'Its tables can be read by root only, and this login cannot become root.'
        : 'Read the facts as root, with dmidecode installed.';
    const other = 'Take a machine with that memory, or accept the risk.';
    if (have === null || (generation === 0 && !have.startsWith('HBM')))
      judged.push(unknown(need, have, 'The server does not tell what its memory is; virtual machines seldom do.', isVirtual(facts) ? null : how));
    else if (generation !== 0 && generation < wanted.ddr) judged.push(short(need, have, `The modules are ${type ?? ''}, which is slower.`, other));
    else if (wanted.ecc && ecc === false)
      judged.push(short(need, have, 'The modules do not correct errors: a flipped bit goes unnoticed into data and answers.', other));
    else if (wanted.ecc && ecc === null) judged.push(unknown(need, have, 'The server does not tell whether its memory corrects errors.'));
    else judged.push(meets(need, have));
  }
  return judged;
};

/** Network: the fastest card that is up. */
export const networkRule: FitRule = (needs, { interfaces }) => {
  if (needs.networkMbps === undefined) return [];
  const need = { id: 'network', title: 'Network', need: rate(needs.networkMbps) };
  const [fastest] = interfaces.filter(({ up, speedMbps }) => up && speedMbps !== null).sort((a, b) => (b.speedMbps ?? 0) - (a.speedMbps ?? 0));
  if (fastest?.speedMbps == null) {
    return [unknown(need, null, 'No network card tells its speed; those of virtual machines do not, the provider’s page of the instance type does.')];
  }
  const have = `${rate(fastest.speedMbps)} on ${fastest.name}`;
  if (fastest.speedMbps >= needs.networkMbps) return [meets(need, have)];
  const idle = interfaces.find(({ up, speedMbps }) => !up && (speedMbps ?? 0) >= (needs.networkMbps ?? 0));
  return [
    short(
      need,
      have,
      `The fastest card that is up, ${fastest.name}, runs at ${rate(fastest.speedMbps)}.`,
      idle === undefined ? 'Look at the cable and the port of the switch, or take a faster card.' : `Connect ${idle.name}, which is not up.`,
    ),
  ];
};
