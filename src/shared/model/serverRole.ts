/** A role that a server may have: what it does, whatever it is made of. */
export interface ServerRole {
  id: string;
  title: string;
}

/** Roles to choose from. A server may have others: any word that a tag may be. */
export const commonRoles: readonly ServerRole[] = [
  { id: 'gpu', title: 'GPU application node' },
  { id: 'app', title: 'Application node' },
  { id: 'gateway', title: 'Model gateway' },
  { id: 'lb', title: 'Load balancer' },
  { id: 'database', title: 'Database node' },
  { id: 'vector-db', title: 'Vector database node' },
  { id: 'cache', title: 'Cache' },
  { id: 'storage', title: 'Shared storage' },
  { id: 'backup', title: 'Backup target' },
  { id: 'monitoring', title: 'Monitoring' },
  { id: 'jump', title: 'Jump host' },
  { id: 'control-plane', title: 'Cluster control plane' },
  { id: 'worker', title: 'Cluster worker' },
];

const titles = new Map(commonRoles.map(({ id, title }) => [id, title]));

/** What a role is called; one of a person's own is called as it is written. */
export function roleTitle(role: string): string {
  return titles.get(role) ?? role;
}
