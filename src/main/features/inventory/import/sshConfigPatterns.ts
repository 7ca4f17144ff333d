/** Whether a text fits a pattern with `*` and `?`; case counts. Takes no more than pattern times text steps. Source: match.c `match_pattern`. */
export function matchPattern(text: string, pattern: string): boolean {
  if (text === pattern) return true;
  if (!pattern.includes('*') && !pattern.includes('?')) return false;
  let at = 0;
  let inPattern = 0;
  let star = -1;
  let resume = 0;
  while (at < text.length) {
    const wanted = pattern[inPattern];
    if (wanted === '*') {
      star = inPattern;
      resume = at;
      inPattern += 1;
    } else if (wanted !== undefined && (wanted === '?' || wanted === text[at])) {
      at += 1;
      inPattern += 1;
    } else if (star >= 0) {
      resume += 1;
      at = resume;
      inPattern = star + 1;
    } else return false;
  }
  while (pattern[inPattern] === '*') inPattern += 1;
  return inPattern === pattern.length;
}

/** Whether a text fits a list of patterns with commas: one must fit, and none behind `!` may. Source: match.c `match_pattern_list`. */
export function matchPatternList(text: string, list: string): boolean {
  let found = false;
  for (const pattern of list.split(',')) {
    if (pattern.startsWith('!')) {
      if (matchPattern(text, pattern.slice(1))) return false;
    } else if (matchPattern(text, pattern)) found = true;
  }
  return found;
}

/** The same for names of hosts, where case does not count. Source: match.c `match_hostname`. */
export function matchHostname(host: string, list: string): boolean {
  return matchPatternList(host.toLowerCase(), list.toLowerCase());
}

/** Whether a host fits the words of a `Host` line. Source: readconf.c, `case oHost`. */
export function matchHostWords(host: string, words: readonly string[]): boolean {
  let active = false;
  for (const word of words) {
    if (word.startsWith('!')) {
      if (matchPattern(host, word.slice(1))) return false;
    } else if (matchPattern(host, word)) active = true;
  }
  return active;
}
