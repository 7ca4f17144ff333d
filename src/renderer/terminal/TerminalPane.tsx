/** Stands in until the pane is built. */
export function TerminalPane(_: { terminalId: string; serverName: string }) {
  return <div />;
}
