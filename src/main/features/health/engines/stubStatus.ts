import type { Scrape } from './scrape.ts';

const line =
  /^Active connections: +(\d{1,15})\s+server accepts handled requests\s+(\d{1,15}) +(\d{1,15}) +(\d{1,15})\s+Reading: +(\d{1,15}) +Writing: +(\d{1,15}) +Waiting: +(\d{1,15})\s*$/;
const names = ['active', 'accepted', 'handled', '', 'reading', 'writing', 'waiting'];

/**
 * What `stub_status` of nginx says, in the names of nginx-prometheus-exporter, to be read as such. Null: it is something else. Our own
 * request is among those it counts. Source: nginx 1.29, https://nginx.org/en/docs/http/ngx_http_stub_status_module.html.
 */
export function parseStubStatus(text: string): Scrape | null {
  const read = text.length > 1000 ? null : line.exec(text);
  if (read === null) return null;
  const single = (value: string) => [{ labels: new Map<string, string>(), value: Number(value), atMs: null }];
  const series = read.slice(1).map((value, index) => {
    return [names[index] === '' ? 'nginx_http_requests_total' : `nginx_connections_${names[index]}`, single(value)] as const;
  });
  return { series: new Map(series), families: new Map(), badLines: 0, truncated: false };
}
