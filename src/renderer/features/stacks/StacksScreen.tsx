/** Stands in until the screen is built. */
export function StacksScreen() {
  return <div />;
}
