/** Stands in until the screen is built. */
export function ExecScreen() {
  return <div />;
}
