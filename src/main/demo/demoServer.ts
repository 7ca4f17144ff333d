import type { Environment, HostKey } from '../../shared/model/server.ts';

/** A demo server as the inventory needs it. */
export interface DemoServer {
  name: string;
  host: string;
  port: number;
  user: string;
  clientKeyPath: string;
  hostKey: HostKey;
  environment: Environment;
  tags: string[];
  groups: string[];
  sudo: 'none' | 'nopasswd';
}
