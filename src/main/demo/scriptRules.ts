/** Paths that product scripts read on every server, or only mention; nothing of a person's lies there. */
const harmless = [
  /^\/dev\/(null|zero|full|tty|u?random|std(in|out|err)|fd(\/|$)|shm$|loop$|fuse$|$)/,
  /^\/(proc|sys)(\/|$)/,
  /^\/(etc|usr\/lib)\/os-release$/,
  /^\/etc\/(passwd|group|hostname|hosts|timezone|localtime|debian_version|shells)$/,
  /^\/usr\/share\/(zoneinfo|terminfo)(\/|$)/,
  /^\/(usr\/)?s?bin(\/|$)/,
  /^\/usr\/lib(64)?\/(libnvidia-ml\.so\.)?$/,
  /^\/usr\/local\/s?bin$/,
  /^\/(tmp|run|var\/tmp|run\/systemd\/system|run\/user(\/\d*)?)\/?$/,
  /^\/var\/lib\/(pilothouse|docker)(\/|$)/,
  /^\/var\/run\/docker\.sock$/,
  /^\/run\/reboot-required$/,
  /^\/root$/,
];

/** Programs that destroy or change what they are pointed at, as the first word before a path. */
const changing = /(?:^|[\s;|&({])(?:rm|mv|chmod|chown|ln|cp|dd|tee|truncate|mkdir|rmdir|touch|install|shred|find)\s[^;|&\n]*$/;

const token = /(?:^|[\s"'=(:;|&<>`{,])(\/[^\s"'`;|&<>(){}$,\\*?[\]:]*)/g;

/**
 * The first absolute path in a script that leads out of a demo server's directory into this machine, or null. `roots` are the names
 * in this machine's `/`: what begins otherwise is no path but a pattern of awk or sed. It keeps accidents out, not malice: a path
 * that a script puts together is not seen.
 */
export function foreignPath(script: string, options: { root: string; roots: readonly string[] }): string | null {
  for (const match of script.matchAll(token)) {
    const path = match[1] ?? '';
    if (path.startsWith('//')) continue;
    const inside = path === options.root || path.startsWith(`${options.root}/`);
    if (inside && !path.split('/').includes('..')) continue;
    const changes = changing.test(
      script
        .slice(0, match.index + match[0].length - path.length)
        .split('\n')
        .at(-1) ?? '',
    );
    if (path === '/') {
      if (changes) return path;
      continue;
    }
    if (!options.roots.includes(path.split('/')[1] ?? '')) continue;
    const known = !path.split('/').includes('..') && harmless.some((pattern) => pattern.test(path));
    const device = /^\/(dev|proc|sys)\//.test(path);
    if (!known || (changes && !device)) return path;
  }
  return null;
}

/** How much of a command's standard input is a script to be run: all, none, or its first bytes. */
export function scriptOnInput(command: string): 'none' | 'all' | number {
  const framed = /\bdd bs=(\d+) count=1\b/.exec(command);
  if (framed) return Number(framed[1]);
  return /(?:^|[\s;&|])(?:exec\s+)?(?:\/bin\/)?(?:ba|da)?sh(?:\s+-[a-z]+)*\s*$/.test(command) ? 'all' : 'none';
}
