/** Stands in until the screen is built. */
export function WorkflowScreen() {
  return <div />;
}
