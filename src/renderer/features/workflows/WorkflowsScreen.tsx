/** Stands in until the screen is built. */
export function WorkflowsScreen() {
  return <div />;
}
