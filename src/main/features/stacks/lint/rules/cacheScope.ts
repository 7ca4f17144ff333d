import { found, type LintRule } from '../lintSubject.ts';
import { directives, nginxFiles } from '../nginxConfig.ts';

/** A cache of answers that does not ask whose they are. */
export const cacheScope: LintRule = {
  id: 'cache-scope',
  title: 'Cached answers are shared between users',
  why: 'A key made of the question alone gives the answer for one person to the next who asks the same; where answers hold what belongs to a person or a tenant, that is a leak. Put tenant and user into the key, or keep only what is the same for all.',
  traps: ['X-103'],
  *check(subject) {
    for (const { path, text } of subject.files) {
      if (!/\.(py|js|ts|mjs|go|rb|java)$/.test(path)) continue;
      const seen = new Set<string>();
      for (const [index, line] of text.split('\n', 20_000).entries()) {
        const call = /\.\s*(?:setex|set|get|hset|hget)\s*\(\s*f?(["'`])([\w-]+:[^"'`]*[{$][^"'`]*)\1/.exec(line.slice(0, 1000));
        const key = call?.[2];
        if (key === undefined || seen.has(key) || !/query|prompt|question|search|response|answer|message|completion|hash/i.test(key)) continue;
        seen.add(key);
        if (/user|tenant|customer|account|session|project|owner|org|uid|client/i.test(key)) continue;
        yield found(
          'warning',
          'X-103',
          { file: path, line: index + 1 },
          `The key "${key.slice(0, 80)}" is made of the question alone: an answer for one user is given to the next.`,
          'Put tenant and user into the key.',
        );
      }
    }
    for (const { directives: all, service } of nginxFiles(subject)) {
      for (const { directive, around } of directives(all, 'proxy_cache')) {
        if (directive.words[0] === 'off') continue;
        const scope = [...around.flatMap(({ block }) => block ?? []), ...all];
        const key = scope.find(({ name }) => name === 'proxy_cache_key');
        const words = key?.words.join(' ') ?? '$scheme$proxy_host$request_uri';
        const bypass = scope.some(({ name, words: each }) => name === 'proxy_no_cache' && /authorization|cookie/i.test(each.join(' ')));
        if (bypass || /authorization|cookie|user|tenant|\$http_x_/i.test(words)) continue;
        yield found(
          'warning',
          'X-103',
          { file: (key ?? directive).file, line: (key ?? directive).line, service: service?.name },
          `nginx keeps answers under ${words}, whoever asks.`,
          'Add the user or tenant to proxy_cache_key, or do not cache what needs a login (proxy_no_cache $http_authorization).',
        );
      }
    }
  },
};
