import { honoured, leftOut, spelled } from './sshConfigKeywords.ts';
import type { ResolvedHost } from './sshConfigResolve.ts';

/** Names everything of a host's settings that an import leaves out. Every setting that has a value is in the record or in here. */
export function sshConfigNotes(resolved: ResolvedHost): string[] {
  const notes: string[] = [];
  const tuned: string[] = [];
  for (const [keyword, { value }] of resolved.settings) {
    if (honoured.has(keyword)) notes.push(...halfHonoured(keyword, value, resolved));
    else if (!leftOut.has(keyword)) tuned.push(spelled(keyword));
    else if (!/^(none|no|off|false)$/i.test(value)) notes.push(`${spelled(keyword)} is not honoured: ${value.slice(0, 200)}`);
    else tuned.push(spelled(keyword));
  }
  for (const { condition, place } of resolved.unanswered) notes.push(`Match ${condition} is not evaluated: its block is left out (${place})`);
  if (tuned.length > 0) notes.push(`without effect here: ${tuned.join(', ')}`);
  return notes;
}

function halfHonoured(keyword: string, value: string, resolved: ResolvedHost): string[] {
  const isOff = /^(none|no|off|false)$/i.test(value);
  if (keyword === 'stricthostkeychecking' && isOff) return ['StrictHostKeyChecking is not honoured: host keys are always verified'];
  if (keyword === 'forwardagent' && !isOff) return ['ForwardAgent is not honoured: the agent is never forwarded'];
  if (keyword === 'identitiesonly' && !isOff && resolved.identityFiles.length === 0) return ['IdentitiesOnly is not honoured without an IdentityFile'];
  if (keyword === 'proxycommand' && resolved.proxyCommand !== null) return ['ProxyCommand: reached by the ssh of this computer'];
  return [];
}
