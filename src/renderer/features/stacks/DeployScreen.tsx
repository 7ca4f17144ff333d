/** Stands in until the screen is built. */
export function DeployScreen() {
  return <div />;
}
