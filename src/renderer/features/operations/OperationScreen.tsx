/** Stands in until the screen is built. */
export function OperationScreen() {
  return <div />;
}
