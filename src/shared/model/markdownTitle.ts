/** The first heading of a Markdown text in plain words, `# Title` or a line underlined with `=`; null where it has none. */
export function titleOfText(text: string): string | null {
  const lines = text.replaceAll('\r', '').split('\n');
  const fences = /^ {0,3}(```|~~~)/;
  let isCode = false;
  for (const [index, line] of lines.entries()) {
    if (fences.test(line)) isCode = !isCode;
    if (isCode) continue;
    const heading = /^ {0,3}#{1,6}\s+(.*?)\s*#*\s*$/.exec(line)?.[1] ?? (/^=+\s*$/.test(lines[index + 1] ?? '') ? line : undefined);
    const words = heading?.replaceAll(/[*_`]|\p{Cc}/gu, '').trim();
    if (words) return words.slice(0, 200);
  }
  return null;
}
