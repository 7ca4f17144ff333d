const head = `set -eu
export LC_ALL=C
`;
const needsDocker = `command -v docker >/dev/null || { echo 'there is no Docker here'; exit 0; }
docker info >/dev/null 2>&1 || { echo 'Docker does not answer'; exit 0; }
`;
/** Values of variables hold secrets: their names stay, what they are set to goes. So do passwords in addresses and what is named like a secret. */
const clean = `clean() {
  sed -E \\
    -e 's#(://[^:/@ ]*):[^@/ ]+@#\\1:[left out]@#g' \\
    -e 's/(([Pp][Aa][Ss][Ss]([Ww][Oo][Rr])?[Dd]?|[Ss][Ee][Cc][Rr][Ee][Tt]|[Tt][Oo][Kk][Ee][Nn]|[Kk][Ee][Yy]|[Cc][Rr][Ee][Dd][Ee][Nn][Tt][Ii][Aa][Ll][Ss]?)["'"'"']?[[:space:]]*[:=][[:space:]]*)[^[:space:]].*$/\\1[left out]/'
}
`;

/** One thing that is kept of a server before anybody touches it. POSIX sh, read-only; what is absent is said and no failure. */
export interface EvidencePart {
  id: string;
  title: string;
  script: string;
}

/** Everything that is kept, in the order in which it is lost: what a restart takes away comes first. */
export const evidenceParts: readonly EvidencePart[] = [
  {
    id: 'containers',
    title: 'What every container wrote last, also those that are gone or restarted',
    script: `${head}${needsDocker}docker ps --all --no-trunc
docker ps --all --format '{{.Names}}' | while read -r name; do
  printf '\\n==== %s\\n' "$name"
  docker logs --timestamps --tail 2000 "$name" 2>&1 || echo 'its log cannot be read'
done
`,
  },
  {
    id: 'inspect',
    title: 'What Docker knows of every container, without the values of its variables',
    script: `${head}${needsDocker}${clean}ids=$(docker ps --all --quiet)
[ -n "$ids" ] || { echo 'there is no container'; exit 0; }
for id in $ids; do docker inspect "$id"; done | clean | awk '
  /^ *"Env": \\[$/ { inside = 1 }
  inside && /=/ { sub(/=.*$/, "=[left out]\\"") }
  { print }
  /^ *\\],?$/ { inside = 0 }'
`,
  },
  {
    id: 'compose',
    title: 'Compose files of the projects that run, without what is named like a secret',
    script: `${head}${needsDocker}${clean}docker ps --all --format '{{.Label "com.docker.compose.project.config_files"}}' | tr ',' '\\n' | sort -u | while read -r file; do
  [ -n "$file" ] || continue
  printf '\\n==== %s\\n' "$file"
  if [ -r "$file" ]; then clean <"$file"; else echo 'it cannot be read'; fi
done
`,
  },
  {
    id: 'gpus',
    title: 'All that the driver tells of the GPUs',
    script: `${head}command -v nvidia-smi >/dev/null || { echo 'there is no nvidia-smi here'; exit 0; }
nvidia-smi || echo 'nvidia-smi failed'
nvidia-smi -q || echo 'nvidia-smi -q failed'
`,
  },
  {
    id: 'kernel',
    title: 'What the kernel said, with Xid errors, killed processes and broken disks',
    script: `${head}if command -v journalctl >/dev/null && journalctl -k -n 2000 --no-pager 2>/dev/null; then exit 0; fi
dmesg -T 2>/dev/null || dmesg 2>/dev/null || echo 'the kernel log cannot be read'
`,
  },
  {
    id: 'journal',
    title: 'Warnings of all services in the last day, and units that failed',
    script: `${head}command -v journalctl >/dev/null || { echo 'there is no journal here'; exit 0; }
systemctl --failed --no-pager 2>/dev/null || echo 'systemd does not answer'
journalctl -p warning --since -1d -n 5000 --no-pager 2>/dev/null || echo 'the journal cannot be read'
`,
  },
  {
    id: 'disks',
    title: 'Room on the disks, in bytes and in files',
    script: `${head}df -h 2>/dev/null || df
df -i 2>/dev/null || true
if command -v docker >/dev/null; then docker system df 2>/dev/null || true; fi
`,
  },
  {
    id: 'memory',
    title: 'Memory, load, and what uses them',
    script: `${head}uptime
free -m 2>/dev/null || cat /proc/meminfo
ps -eo pid,ppid,user,stat,etime,pcpu,pmem,rss,comm --sort=-pcpu 2>/dev/null | head -n 60 || ps
`,
  },
  {
    id: 'network',
    title: 'What listens, and the addresses',
    script: `${head}ss -H -lntup 2>/dev/null || netstat -lntu 2>/dev/null || echo 'what listens cannot be told'
ip -brief address 2>/dev/null || true
`,
  },
];
