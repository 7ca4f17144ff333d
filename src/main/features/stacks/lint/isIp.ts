/** Whether a text is an IPv4 or IPv6 address, roughly. */
export function isIP(text: string): boolean {
  return /^\d{1,3}(\.\d{1,3}){3}$/.test(text) || /^\[?[0-9a-f]*:[0-9a-f:.]+\]?$/i.test(text);
}
