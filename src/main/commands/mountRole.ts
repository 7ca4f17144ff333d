import type { MountRole } from '../../shared/model/facts.ts';

/** What the parts of a path say of what lies there; the first that fits decides. */
const words: readonly { role: MountRole; pattern: RegExp }[] = [
  { role: 'backups', pattern: /^(backups?|restic|borg|snapshots?|archive)$/ },
  { role: 'models', pattern: /^(models?|huggingface|hf|ollama|vllm|checkpoints|weights)([-_].*)?$/ },
  { role: 'containers', pattern: /^(docker|containerd|containers|podman)$/ },
  {
    role: 'data',
    pattern: /^(data\d*|srv|db|databases?|postgres(ql)?|pgdata|mysql|mariadb|mongo(db)?|clickhouse|qdrant|milvus|weaviate|redis|minio)([-_].*)?$/,
  },
];

/**
 * What a file system is for, and by what that is known: by Docker's own directory, by the system's places, else by the words in its
 * path, from the last to the first. Both null where nothing tells.
 */
export function mountRole(mountPoint: string, dockerRoot: string | null): { role: MountRole | null; roleWhy: string | null } {
  if (mountPoint === dockerRoot) return { role: 'containers', roleWhy: "Docker's own directory" };
  if (/^\/(boot(\/efi)?|usr|var|efi)?$/.test(mountPoint)) return { role: 'system', roleWhy: 'a place of the system' };
  for (const part of mountPoint.toLowerCase().split('/').reverse()) {
    const found = words.find(({ pattern }) => pattern.test(part));
    if (found !== undefined) return { role: found.role, roleWhy: `"${part}" in its path` };
  }
  return { role: null, roleWhy: null };
}
