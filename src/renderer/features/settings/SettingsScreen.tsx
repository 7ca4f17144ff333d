/** Stands in until the screen is built. */
export function SettingsScreen() {
  return <div />;
}
