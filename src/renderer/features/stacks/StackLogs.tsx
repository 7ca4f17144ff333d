/** Stands in until the logs are built. */
export function StackLogs(_: { stackId: string; selector: string; services: string[] }) {
  return <div />;
}
