/** Stands in until the screen is built. */
export function TerminalsScreen() {
  return <div />;
}
