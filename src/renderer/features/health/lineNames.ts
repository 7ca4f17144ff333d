import type { ChartSpec } from './chartSpecs.ts';

/** What names a series: which server, which part of it, which figure. */
export interface LineName {
  serverId: string;
  serverName: string;
  subject: string;
  metric: string;
}

/** Words for subjects: the number of a GPU, the name of a probe. */
export type SubjectWords = (serverId: string, subject: string) => string;

/** What a subject is called where nothing better is known. */
export function plainSubject(subject: string): string {
  const name = subject.slice(subject.indexOf(':') + 1);
  return subject.startsWith('container:') || subject.startsWith('engine:') ? name.replace(/^ph-/, '').replace(/-1$/, '') : name;
}

/**
 * Names lines by what tells them apart: the server where there are several, the subject where its server has several (`several`: ids of those
 * servers, shown or not), the figure where there are several.
 */
export function lineLabels(names: readonly LineName[], { metrics, of }: ChartSpec, words: SubjectWords, several: ReadonlySet<string>): string[] {
  const servers = new Set(names.map(({ serverId }) => serverId)).size > 1;
  const figures = new Set(names.map(({ metric }) => metric)).size > 1;
  return names.map((name) => {
    const subject = of === '' || (!several.has(name.serverId) && (servers || figures)) ? null : words(name.serverId, name.subject);
    const figure = metrics.find(({ metric }) => metric === name.metric)?.label ?? name.metric;
    const parts = [servers ? name.serverName : null, subject, figures ? figure : null].filter((part) => part !== null && part !== '');
    return parts.length === 0 ? figure : parts.join(' · ');
  });
}

/** The hue of each line and whether it is dashed: by what differs. With several subjects and figures a subject has a hue, and all but its first figure dashes. */
export function lineLooks(names: readonly LineName[], { metrics }: ChartSpec): { hue: number | null; dashed: boolean }[] {
  const subjects = [...new Set(names.map(({ serverId, subject }) => `${serverId} ${subject}`))];
  const place = ({ metric }: LineName) => metrics.findIndex((each) => each.metric === metric);
  if (names.length === 1) return [{ hue: null, dashed: false }];
  if (subjects.length === 1) return names.map((name) => ({ hue: place(name), dashed: false }));
  return names.map((name) => ({ hue: subjects.indexOf(`${name.serverId} ${name.subject}`), dashed: place(name) > 0 }));
}

const natural = new Intl.Collator('en', { numeric: true });

/** One order for all charts: servers by name, parts by what they are called, figures as they are listed. */
export function orderSeries<T extends LineName>(series: readonly T[], { metrics }: ChartSpec, words: SubjectWords): T[] {
  const place = (metric: string) => metrics.findIndex((each) => each.metric === metric);
  const compared = (a: T, b: T) => natural.compare(words(a.serverId, a.subject), words(b.serverId, b.subject)) || natural.compare(a.subject, b.subject);
  return [...series].sort((a, b) => natural.compare(a.serverName, b.serverName) || compared(a, b) || place(a.metric) - place(b.metric));
}
