import fc from 'fast-check';

/** Files of a made-up home directory, by path below it. */
export type MadeHome = Record<string, string>;

const names = ['gpu-1', 'gpu-2', 'gpu-10', 'web', 'Web', 'bastion', 'db.example.com', 'gpu-1.example.com', 'a', 'edge', '10.0.0.7', '2001:DB8::1'] as const;
/** Hosts that are asked about. */
export const askedNames: readonly string[] = [...names, 'unnamed', 'gpu-3', 'x.example.com', 'EDGE'];

const name = fc.constantFrom(...names);
const pattern = fc.oneof(
  { weight: 4, arbitrary: name },
  { weight: 4, arbitrary: fc.constantFrom('*', 'gpu-*', 'gpu-?', '*.example.com', '*-1*', '?', 'we*', '??*', '10.0.*', '*:*', 'W*') },
  { weight: 1, arbitrary: fc.stringMatching(/^[a-z*?1.-]{1,6}$/).filter((text) => !text.startsWith('-')) },
);
const negatable = fc.tuple(fc.boolean(), fc.boolean(), pattern).map(([a, b, text]) => (a && b ? `!${text}` : text));
const patterns = fc.array(negatable, { minLength: 1, maxLength: 4 });
const path = fc.constantFrom(
  '~/.ssh/id_ed25519',
  '~/.ssh/%r@%h',
  '/etc/keys/fleet',
  'none',
  '~/.ssh/work key',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: ssh fills it in.
  '${HOME}/k',
  '~/.ssh/a#b',
  '%d/.ssh/%n-%p',
  'rel/key',
);
const hop = fc
  .tuple(
    fc.constantFrom('', 'ops@', 'a@b@'),
    fc.constantFrom('bastion', 'edge', 'j.example.com', '10.0.0.1', '[2001:db8::5]'),
    fc.constantFrom('', ':22', ':2222'),
  )
  .map((parts) => parts.join(''));
const hopOrUri = fc.oneof({ weight: 5, arbitrary: hop }, { weight: 1, arbitrary: fc.constantFrom('ssh://ops@uri:22', 'ssh://uri', '%r-jump') });

const quoted = (value: fc.Arbitrary<string>) =>
  fc.tuple(value, fc.integer({ min: 0, max: 9 })).map(([text, how]) => (how === 0 || / /.test(text) ? `"${text}"` : how === 1 ? `'${text}'` : text));
const setting = fc.oneof(
  fc.tuple(
    fc.constant('HostName'),
    quoted(fc.constantFrom('%h.example.com', '10.1.2.3', 'Box.Example.COM', '%h', '10.1', '::0:1', 'FE80::1', '100%%', '%%h', 'gpu-2')),
  ),
  fc.tuple(fc.constantFrom('Port', 'port', 'PORT'), quoted(fc.constantFrom('22', '2222', '65535', '022', 'ssh'))),
  fc.tuple(fc.constant('User'), quoted(fc.constantFrom('ops', 'root', 'deploy', 'Mara', 'two words', 'a#b'))),
  fc.tuple(fc.constantFrom('IdentityFile', 'identityfile'), quoted(path)),
  fc.tuple(fc.constant('CertificateFile'), quoted(path)),
  fc.tuple(fc.constant('IdentitiesOnly'), fc.constantFrom('yes', 'no')),
  fc.tuple(fc.constant('HostKeyAlias'), quoted(fc.constantFrom('gpu', 'GPU-1', 'pool.example.com'))),
  fc.tuple(
    fc.constant('ProxyJump'),
    fc.oneof(
      fc.constantFrom('none', 'NONE', 'bastion # the way in'),
      fc.array(hopOrUri, { minLength: 1, maxLength: 3 }).map((hops) => hops.join(',')),
    ),
  ),
  fc.tuple(fc.constant('ProxyCommand'), fc.constantFrom('none', 'nc %h %p', 'ssh -W "[%h]:%p" bastion # no comment', "corkscrew 'a b' %h", 'x\\ y', '= nc %h')),
  fc.tuple(fc.constant('BindAddress'), fc.constantFrom('10.0.0.1', '::1')),
  fc.tuple(fc.constant('BindInterface'), fc.constant('tun0')),
  fc.tuple(fc.constant('LocalForward'), fc.constantFrom('8080 localhost:80', '127.0.0.1:9090 prom:9090')),
  fc.tuple(fc.constant('ServerAliveInterval'), fc.constantFrom('15', '30')),
  fc.tuple(fc.constant('Compression'), fc.constantFrom('yes', 'no')),
  fc.tuple(fc.constant('CanonicalizeHostname'), fc.constantFrom('no', 'yes')),
);
/** Lines for which ssh refuses a whole configuration. */
const refusedSetting = fc.constantFrom(
  'Nonsense yes',
  'Port 0',
  'Port many',
  'User',
  'HostName a b',
  'IdentityFile "open',
  'Match',
  'Match user',
  'Match all host x',
  'ProxyJump :22',
  'ProxyJump ssh://[::1]:2022',
);

const condition = fc.oneof(
  fc
    .tuple(
      fc.constantFrom('host', 'originalhost', '!host', 'HOST'),
      fc.array(negatable, { minLength: 1, maxLength: 3 }).map((list) => list.join(',')),
    )
    .map((parts) => parts.join(' ')),
  fc
    .tuple(fc.constantFrom('user', '!user', 'localuser', '!localuser'), fc.constantFrom('ops', 'root', 'r*', '*,!root', 'deploy,ops'))
    .map((parts) => parts.join(' ')),
  fc.constantFrom('final', 'canonical', '!final', '!canonical'),
);
const match = fc.oneof(
  { weight: 1, arbitrary: fc.constantFrom('all', 'final all', 'canonical all', 'exec false', 'host=web', 'host = "web"') },
  { weight: 5, arbitrary: fc.array(condition, { minLength: 1, maxLength: 3 }).map((all) => all.join(' ')) },
);

const separator = fc.constantFrom(' ', ' ', ' ', '=', ' = ', '\t', '  ');
const indent = fc.constantFrom('', '  ', '\t', '    ');
const line = fc
  .tuple(indent, setting, separator, fc.constantFrom('', '', '', ' ', '\r'))
  .map(([before, [keyword, value], between, end]) => before + keyword + between + value + end);
const filler = fc.constantFrom('', '# a comment', '   # Host not-a-host', '\t');
const header = fc.oneof(
  { weight: 5, arbitrary: patterns.map((list) => `Host ${list.join(' ')}`) },
  { weight: 2, arbitrary: match.map((text) => `Match ${text}`) },
);
const block = fc
  .tuple(header, fc.array(fc.oneof({ weight: 6, arbitrary: line }, { weight: 1, arbitrary: filler }), { maxLength: 6 }))
  .map(([head, lines]) => [head, ...lines].join('\n'));

const file = (includes: readonly string[]) =>
  fc
    .tuple(
      fc.array(line, { maxLength: 2 }),
      fc.array(
        includes.length === 0
          ? block
          : fc
              .tuple(block, fc.option(fc.constantFrom(...includes), { nil: null }))
              .map(([text, include]) => (include === null ? text : `${text}\n  Include ${include}`)),
        { minLength: 1, maxLength: 6 },
      ),
    )
    .map(([first, blocks]) => `${[...first, ...blocks].join('\n')}\n`);

/** Configurations of every shape that ssh takes, a few that it refuses, with files that they include. */
export const madeHome: fc.Arbitrary<MadeHome> = fc
  .record({
    config: file(['conf.d/*', 'conf.d/10-a.conf', '~/elsewhere', '"conf.d/20 b.conf" ~/elsewhere', 'missing/*.conf', 'missing']),
    a: file(['conf.d/20*', 'missing']),
    b: file([]),
    elsewhere: file(['~/.ssh/conf.d/20*']),
    broken: fc.oneof({ weight: 14, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: refusedSetting }),
  })
  .map(({ config, a, b, elsewhere, broken }) => ({
    '.ssh/config': broken === null ? config : `${config}${broken}\n`,
    '.ssh/conf.d/10-a.conf': a,
    '.ssh/conf.d/20 b.conf': b,
    elsewhere,
  }));
