import type { LintFile } from './composeProject.ts';
import { commandLines, isDocument } from './lintFiles.ts';
import type { Place } from './yamlParts.ts';

/** One rule of a firewall, in the order in which it was written. */
export interface FirewallRule {
  tool: 'ufw' | 'iptables' | 'words';
  action: 'allow' | 'deny';
  /** Null: from anywhere. */
  from: string | null;
  /** Ports; null: all. */
  ports: string[] | null;
  /** Deletes it instead of adding it. */
  removes: boolean;
  /** Put before those that are there. */
  first: boolean;
  at: Place;
  text: string;
}

/** Rules and what else is done to a firewall, by file in their order. */
export interface FirewallScript {
  file: string;
  rules: FirewallRule[];
  /** Where it is switched on. */
  enabled: Place | null;
  /** Where all rules are taken away first. */
  reset: Place | null;
  defaultDeny: Place | null;
}

/** Firewall commands of scripts and documents, and rules that a document puts in words. */
export function firewallScripts(files: readonly LintFile[]): FirewallScript[] {
  return files.flatMap((file) => {
    const script: FirewallScript = { file: file.path, rules: [], enabled: null, reset: null, defaultDeny: null };
    for (const { text, line } of commandLines([file])) for (const part of text.split(/&&|;/)) readCommand(script, part.trim(), { file: file.path, line });
    if (isDocument(file)) script.rules.push(...wordRules(file));
    return script.rules.length > 0 || script.enabled !== null ? [script] : [];
  });
}

function readCommand(script: FirewallScript, text: string, at: Place): void {
  const ufw = /^(?:sudo\s+)?ufw\s+(.*)$/.exec(text)?.[1];
  if (ufw !== undefined) {
    const words = ufw.replace(/^--force\s+/, '').trim();
    if (/^(?:--force\s+)?enable\b/.test(words)) script.enabled = at;
    else if (/^reset\b/.test(words)) script.reset = at;
    else if (/^default\s+(?:deny|reject)\b/.test(words) && !/outgoing|routed/.test(words)) script.defaultDeny = at;
    else readUfw(script, words, at, text);
    return;
  }
  const iptables = /^(?:sudo\s+)?ip6?tables\s+(.*)$/.exec(text)?.[1];
  if (iptables === undefined) return;
  if (/-F\b/.test(iptables)) script.reset = at;
  if (/-P\s+INPUT\s+DROP/.test(iptables)) script.defaultDeny = at;
  const action = /-j\s+(ACCEPT|DROP|REJECT|RETURN)/.exec(iptables)?.[1];
  if (action === undefined || !/-[AI]\s+(?:INPUT|DOCKER-USER)/.test(iptables) || /-i\s+lo\b|ESTABLISHED/.test(iptables)) return;
  const ports = /--(?:dports?|ctorigdstport)\s+([0-9,:]+)/.exec(iptables)?.[1]?.split(',') ?? null;
  script.rules.push({
    tool: 'iptables',
    action: action === 'ACCEPT' || action === 'RETURN' ? 'allow' : 'deny',
    from: /(?:-s|--source)\s+(\S+)/.exec(iptables)?.[1] ?? null,
    ports,
    removes: false,
    first: /-I\s/.test(iptables),
    at,
    text,
  });
}

function readUfw(script: FirewallScript, words: string, at: Place, text: string): void {
  const match = /^(delete\s+)?(?:(?:insert\s+\d+|prepend)\s+)?(allow|deny|reject|limit)\s*(.*)$/.exec(words);
  if (match === null) return;
  const rest = match[3] ?? '';
  const named: Record<string, string> = { ssh: '22', openssh: '22', http: '80', https: '443' };
  const port =
    /\bport\s+([0-9,:]+)/.exec(rest)?.[1] ??
    /^(?:in\s+|on\s+\S+\s+)*([0-9][0-9,:]*)(?:\/(?:tcp|udp))?\b/.exec(rest)?.[1] ??
    named[(/^["']?([a-z]+)/i.exec(rest)?.[1] ?? '').toLowerCase()];
  const from = /\bfrom\s+(\S+)/.exec(rest)?.[1] ?? null;
  script.rules.push({
    tool: 'ufw',
    action: match[2] === 'allow' || match[2] === 'limit' ? 'allow' : 'deny',
    from: from === 'any' ? null : from,
    ports: port?.split(',') ?? (/\bapp\b|["']/.test(rest) ? [rest.trim()] : null),
    removes: match[1] !== undefined,
    first: /insert|prepend/.test(words),
    at,
    text,
  });
}

/** Rules as a list of a document has them: `- Deny: 0.0.0.0/0 → All other ports`. */
function wordRules(file: LintFile): FirewallRule[] {
  return file.text.split('\n', 20_000).flatMap((line, index): FirewallRule[] => {
    const match = /^\s*(?:[-*]|\d+[.)])\s*(Allow|Deny|Drop|Block|Reject)\s*:\s*(.+?)\s*(?:→|->|=>|\bto\b)\s*(.+)$/i.exec(line.slice(0, 300));
    if (match === null) return [];
    const [, action = '', from = '', target = ''] = match;
    const numbers = target.match(/\b[0-9]{2,5}\b/g);
    return [
      {
        tool: 'words',
        action: /allow/i.test(action) ? 'allow' : 'deny',
        from: /^(?:0\.0\.0\.0\/0|any(?:where)?|all|\*|::\/0)$/i.test(from.trim()) ? null : from.trim(),
        ports: numbers === null && /\ball\b|any|else|other/i.test(target) ? null : (numbers ?? [target.trim()]),
        removes: false,
        first: false,
        at: { file: file.path, line: index + 1 },
        text: line.trim(),
      },
    ];
  });
}

/** Whether a rule lets in or keeps out everything that another one is about. */
export function covers(rule: FirewallRule, other: FirewallRule): boolean {
  return rule.from === null && (rule.ports === null || other.ports?.every((port) => rule.ports?.includes(port)) === true);
}
