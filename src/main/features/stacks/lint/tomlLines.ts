/** A value of a TOML text with the section that it stands in. */
export interface TomlValue {
  section: string;
  key: string;
  /** Without quotes. */
  value: string;
  line: number;
}

/** Sections and plain values of a TOML text; tables in lists and values over several lines are left out. Source: https://toml.io/en/v1.0.0 */
export function tomlValues(text: string): TomlValue[] {
  let section = '';
  return text.split('\n', 20_000).flatMap((raw, index): TomlValue[] => {
    const line = raw.slice(0, 4000);
    const head = /^\s*\[+\s*([^\]]+?)\s*\]+\s*(?:#.*)?$/.exec(line)?.[1];
    if (head !== undefined) section = head.replaceAll('"', '');
    const pair = /^\s*([\w."-]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|'([^']*)'|([^#]+?))\s*(?:#.*)?$/.exec(line);
    if (head !== undefined || pair === null) return [];
    return [{ section, key: (pair[1] ?? '').replaceAll('"', ''), value: pair[2] ?? pair[3] ?? pair[4] ?? '', line: index + 1 }];
  });
}
