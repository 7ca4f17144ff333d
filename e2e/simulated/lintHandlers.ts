import { allRules } from '../../src/main/features/stacks/lint/allRules.ts';
import { readProject } from '../../src/main/features/stacks/lint/composeProject.ts';
import { composeFilesOf } from '../../src/main/features/stacks/lint/lintFiles.ts';
import { runLint } from '../../src/main/features/stacks/lint/runLint.ts';
import { serverOfFacts } from '../../src/main/features/stacks/lint/serverOfFacts.ts';
import { os } from '../../src/main/rpc/procedures.ts';
import type { FleetRow } from '../../src/shared/contract/servers.ts';
import { AppError } from '../../src/shared/errors.ts';
import type { LintReport, Trap } from '../../src/shared/model/lint.ts';
import { stackCatalog } from './stacksData.ts';
import type { World } from './world.ts';

interface File {
  path: string;
  text: string;
}

/** Traps that are told of; a rule names more than stand here. */
const traps: Trap[] = [
  {
    id: 'X-002',
    class: 'lint',
    title: 'Docker publishes past the firewall',
    advice: 'Bind to 127.0.0.1 or a private address, or filter in DOCKER-USER: rules of ufw are not asked for published ports.',
  },
  {
    id: 'X-006',
    class: 'lint',
    title: 'An internal network unpublishes ports',
    advice: 'Put what is published, and what pulls, into a second network that is not internal.',
  },
  {
    id: 'X-009',
    class: 'lint',
    title: 'A service listens and no port is named',
    advice: 'Name every port with who may reach it, and let the plan compare the two.',
  },
  {
    id: 'X-013',
    class: 'sizing',
    title: 'The models together need more VRAM than the card has',
    advice: 'Add up weights, cache and what the driver takes, and leave a tenth free.',
  },
  { id: 'X-057', class: 'threshold', title: 'A card throttles before it fails', advice: 'Warn at 83 °C for five minutes, page at 90 °C.' },
];

/** A project with much to find, made of a stack's services. */
function filesOf(services: readonly { name: string }[]): File[] {
  const parts = services.map(({ name }, index) =>
    [
      `  ${name}:`,
      `    image: registry.example/${name}${index % 3 === 0 ? ':latest' : ':1.4.2'}`,
      ...(index === 1 ? ['    ports: ["0.0.0.0:6379:6379"]'] : []),
      ...(index === 2 ? ['    environment:', '      DATABASE_PASSWORD: hunter2-in-plain-text', '      LOG_LEVEL: debug', '      LOG_LEVEL: info'] : []),
      ...(index === 3
        ? [
            '    deploy:',
            '      resources:',
            '        reservations:',
            '          devices: [{driver: nvidia, count: 16, capabilities: [gpu]}]',
            '    healthcheck:',
            '      test: [CMD, curl, -f, "http://localhost:8000/health"]',
          ]
        : []),
    ].join('\n'),
  );
  return [
    { path: 'compose.yaml', text: `version: "3.8"\nservices:\n${parts.join('\n')}\nnetworks:\n  inside:\n    internal: true\n` },
    { path: 'config/nginx.conf', text: 'upstream api { server backend-9:8000; }\nserver { listen 80; location / { proxy_pass http://api; } }\n' },
  ];
}

function report(files: readonly File[], row: FleetRow | null): LintReport {
  const compose = composeFilesOf(files);
  const project = readProject(
    compose,
    files.filter((file) => !compose.includes(file)),
  );
  const server = row === null ? null : serverOfFacts(row.server.name, row.facts);
  return { serverName: row?.server.name ?? null, ...runLint({ project, files, definition: null, parameters: {}, server, nowMs: Date.now() }) };
}

/** Implements `lint` of the contract with the rules of the core, over files that hold something to find. */
export function lintHandlers(world: World) {
  const texts = allRules.map(({ id, title, why, traps: of }) => ({ id, title, why, traps: [...of] }));
  return {
    run: os.lint.run.handler(({ input }) => {
      const stack = stackCatalog.find((each) => each.id === input.id);
      if (input.id !== undefined && !stack) throw new AppError('stack.not-found', { id: input.id });
      // The gateway is in order, so that there is one without a finding.
      const files = input.files ?? (stack?.id === 'ollama-chatbot' ? [{ path: 'compose.yaml', text: 'services: {}\n' }] : filesOf(stack?.services ?? []));
      const rows = input.selector === undefined ? [null] : world.select(input.selector);
      return { reports: rows.map((row) => report(files, row)) };
    }),
    rules: os.lint.rules.handler(() => ({ rules: texts, traps })),
    explain: os.lint.explain.handler(({ input }) => {
      const trap = traps.find((each) => each.id === input.id) ?? null;
      const rules = texts.filter((rule) => rule.id === input.id || rule.traps.includes(input.id));
      if (trap === null && rules.length === 0) throw new AppError('lint.not-found', { id: input.id });
      return { trap, rules, traps: traps.filter((each) => rules.some((rule) => rule.traps.includes(each.id))) };
    }),
  };
}
