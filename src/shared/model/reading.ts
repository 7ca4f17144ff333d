/** One value that was measured of a server at a moment. What is not known is left out, never zero. */
export interface Reading {
  /** Of what: '' is the server itself; others are `KIND:NAME`, as `gpu:GPU-4a…`, `disk:/data`, `container:ph-chat-api-1`. */
  subject: string;
  /** A name of the catalogue of metrics, which has its unit. */
  metric: string;
  value: number;
}
