import type { PublishedPort } from './container.ts';

/** One service of a compose project in its full form. */
export interface ComposeService {
  name: string;
  image: string;
  command: string[];
  environment: Record<string, string>;
  ports: PublishedPort[];
  mounts: { type: string; source: string; target: string }[];
  networks: string[];
  restart: string;
  hasHealthcheck: boolean;
  usesGpu: boolean;
  replicas: number;
  labels: Record<string, string>;
  dependsOn: { service: string; condition: string }[];
  containerName: string | null;
  profiles: string[];
  /** SHA-256 of the full form, hex: another one means another container. */
  hash: string;
}
