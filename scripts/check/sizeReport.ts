/** A source file with its length. Paths are relative to the repository with `/`. */
export interface SourceFile {
  path: string;
  lines: number;
}

/** How long the files are, and how much test there is to the code. */
export interface SizeReport {
  files: number;
  median: number;
  p95: number;
  longest: SourceFile | null;
  /** Files of code above 300 lines, the longest first. */
  long: SourceFile[];
  codeLines: number;
  testLines: number;
}

/** Files above this are listed: aim is a file that is read in one sitting. */
export const longFileLines = 300;

/** Whether a file is a test, or there for tests alone. */
export function isTestFile(path: string): boolean {
  return path.startsWith('e2e/') || /\.(test|spec)\.tsx?$|\/(fixtures|testing)\/|\/(test|fake)[A-Z]\w*\.tsx?$/.test(path);
}

/** The value below which the given share of the sorted numbers lies (nearest rank); 0 of none. */
export function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? 0;
}

/** Reports on the sizes of code files; tests count for the ratio alone. */
export function sizeReport(files: readonly SourceFile[]): SizeReport {
  const code = files.filter((file) => !isTestFile(file.path)).sort((a, b) => b.lines - a.lines);
  const ascending = code.map((file) => file.lines).reverse();
  const sum = (list: readonly SourceFile[]) => list.reduce((total, file) => total + file.lines, 0);
  const codeLines = sum(code);
  return {
    files: code.length,
    median: percentile(ascending, 0.5),
    p95: percentile(ascending, 0.95),
    longest: code[0] ?? null,
    long: code.filter((file) => file.lines > longFileLines),
    codeLines,
    testLines: sum(files) - codeLines,
  };
}

/** The report in a few lines. */
export function formatSizeReport(report: SizeReport): string {
  const ratio = report.codeLines === 0 ? 0 : report.testLines / report.codeLines;
  const longest = report.longest === null ? '–' : `${report.longest.lines} (${report.longest.path})`;
  return [
    `size   ${report.files} files of code: median ${report.median} lines, 95 % within ${report.p95}, longest ${longest}`,
    ...report.long.map((file) => `       over ${longFileLines}: ${file.path} ${file.lines}`),
    `tests  ${report.testLines} lines to ${report.codeLines} of code: ${ratio.toFixed(2)} to 1`,
  ].join('\n');
}
