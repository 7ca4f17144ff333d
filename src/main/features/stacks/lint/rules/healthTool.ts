import { imageFacts, lackingTools } from '../imageFacts.ts';
import { commandLines } from '../lintFiles.ts';
import { found, inService, type LintRule } from '../lintSubject.ts';

/** A program that an image does not have. */
export const healthTool: LintRule = {
  id: 'health-tool',
  title: 'A health check calls a program that the image does not have',
  why: 'A check whose program is missing fails for ever: the container is unhealthy however well it does. The image of Ollama has no curl, those of databases have neither curl nor wget. Use the program of the image itself (ollama list, pg_isready, redis-cli ping).',
  traps: ['X-082'],
  *check({ project, files }) {
    for (const service of project.all) {
      const { health, image } = service;
      if (image === null || health === null || health === 'disabled' || service.build !== null) continue;
      const lacking = lackingTools(image.text);
      const missing = lacking?.tools.find((tool) => (tool === 'sh' ? health.shell : calls(health.words, health.shell, tool)));
      if (missing === undefined) continue;
      const check = imageFacts(image.text)?.check;
      yield found(
        'error',
        'X-082',
        inService(health.at, service.name),
        `The health check of ${service.name} needs ${missing === 'sh' ? 'a shell' : missing}: ${lacking?.why}.`,
        check === undefined ? 'Use a program that the image has.' : `Use \`${check}\`.`,
      );
    }
    for (const { text, file, line } of commandLines(files)) {
      const exec = /docker(?:-compose|\s+compose)?\s+(?:-\S+\s+\S+\s+)*exec\s+(?:-\S+\s+)*(\S+)\s+(curl|wget)\b/.exec(text);
      const service = project.all.find(({ name, containerName }) => name === exec?.[1] || containerName?.text === exec?.[1]);
      const image = service?.image?.text ?? (exec?.[1] === 'ollama' ? 'ollama/ollama' : undefined);
      const lacking = image === undefined ? null : lackingTools(image);
      if (exec === null || lacking === null || !lacking.tools.includes(exec[2] ?? '')) continue;
      yield found(
        'error',
        'X-082',
        { file, line },
        `This calls ${exec[2]} in ${exec[1]}: ${lacking.why}.`,
        `Use \`${imageFacts(image)?.check ?? 'a program of the image'}\`.`,
      );
    }
  },
};

/** Whether a tool is what is run, or stands as a command of its own in a line for a shell. */
function calls(words: readonly string[], shell: boolean, tool: string): boolean {
  if (!shell && words[0] !== 'sh' && words[0] !== 'bash' && words[0] !== '/bin/sh') return (words[0] ?? '').split('/').at(-1) === tool;
  return new RegExp(`(?:^|[;&|(]|\\bif |\\bthen |-c )\\s*(?:\\S*/)?${tool}(?=\\s|$)`).test(words.join(' '));
}
