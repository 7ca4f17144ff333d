/** The data directory named on the command line by `--data DIR` or `--data=DIR`; undefined when none is. */
export function dataArgument(argv: readonly string[]): string | undefined {
  const index = argv.findIndex((argument) => argument === '--data' || argument.startsWith('--data='));
  const argument = argv[index];
  if (argument === undefined) return undefined;
  return argument === '--data' ? argv[index + 1] : argument.slice('--data='.length);
}
