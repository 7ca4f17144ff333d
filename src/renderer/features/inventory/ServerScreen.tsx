/** Stands in until the screen is built. */
export function ServerScreen() {
  return <div />;
}
