/** Stands in until the screen is built. */
export function StackScreen() {
  return <div />;
}
