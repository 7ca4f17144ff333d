import { createHash } from 'node:crypto';
import { type RenderedStack, renderStack, type StackSource } from '../../../src/main/features/stacks/definition/renderStack.ts';
import type { Environment } from '../../../src/shared/model/server.ts';
import type { FleetServer } from '../testFleet.ts';

/** One way in which a stack can be rendered, and what makes it differ from the others. */
export interface ComposeVariant {
  name: string;
  stack: RenderedStack;
}

const environments: readonly (Environment | undefined)[] = [undefined, 'development', 'staging', 'production'];

/**
 * The ways in which a stack can be rendered: each environment with its own profiles, with none, with each alone and with all; and each
 * value of each parameter that has choices. Those that come out the same are there once.
 */
export function composeVariants(source: StackSource, given: Readonly<Record<string, string>> = {}): ComposeVariant[] {
  const { definition } = source;
  const all = definition.profiles.map(({ name }) => name);
  const sets = [[], ...all.map((name) => [name]), all];
  const byEnvironment = environments.flatMap((environment) =>
    [undefined, ...sets].map((profiles) => ({
      name: `${environment ?? 'no environment'}, profiles ${profiles === undefined ? 'as it has them' : `[${profiles.join(' ')}]`}`,
      stack: renderStack(source, given, { environment, profiles }),
    })),
  );
  const byChoice = definition.parameters.flatMap(({ name, choices = [] }) =>
    choices.map((value) => ({ name: `${name}=${value}`, stack: renderStack(source, { ...given, [name]: value }, { profiles: all }) })),
  );
  return [...new Map([...byEnvironment, ...byChoice].map((variant) => [contentOf(variant.stack), variant])).values()];
}

function contentOf({ files, composeFiles, profiles }: RenderedStack): string {
  return createHash('sha256')
    .update(JSON.stringify([files, composeFiles, profiles]))
    .digest('hex');
}

// Reads the variants from stdin, lets Compose judge each, two at a time, and prints `name → problem` and `name → services` as JSON.
const judge = `
import concurrent.futures, json, os, subprocess, sys, tempfile
def judged(variant):
    with tempfile.TemporaryDirectory() as place:
        for path, text in variant["files"]:
            os.makedirs(os.path.dirname(os.path.join(place, path)), exist_ok=True)
            with open(os.path.join(place, path), "w") as file:
                file.write(text)
        env = {**os.environ, "COMPOSE_FILE": ":".join(variant["composeFiles"]), "COMPOSE_PROFILES": ",".join(variant["profiles"])}
        call = ["docker", "compose", "-p", "variant", "--env-file", "env", "config", "--services"]
        done = subprocess.run(call, cwd=place, env=env, capture_output=True, text=True)
        problem = done.stderr.strip() if done.returncode != 0 or "warning" in done.stderr else None
        return variant["name"], {"problem": problem, "services": sorted(done.stdout.split())}
variants = json.load(sys.stdin)
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    print(json.dumps(dict(pool.map(judged, variants))))
`;

/** What `docker compose config` of a server says to each variant: the problem or warning it told, and the services that are on. */
export async function judgeVariants(
  server: FleetServer,
  variants: readonly ComposeVariant[],
): Promise<Record<string, { problem: string | null; services: string[] }>> {
  const input = variants.map(({ name, stack }) => ({
    ...{ name, composeFiles: stack.composeFiles, profiles: stack.profiles },
    files: [...stack.files.map(({ path, text }) => [path, text]), ['env', stack.secrets.map((secret) => `${secret.name}="s"\n`).join('')]],
  }));
  await server.mustExec('cat >/tmp/judge.py', { stdin: judge });
  return JSON.parse(await server.mustExec('python3 /tmp/judge.py', { stdin: JSON.stringify(input) }));
}
