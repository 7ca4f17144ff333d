/** Stands in until the screen is built. */
export function OperationsScreen() {
  return <div />;
}
