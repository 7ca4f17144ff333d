import { serviceImages } from '../host/imageCatalogue.ts';
import type { FleetServer } from '../testFleet.ts';

/** Prints for each container of a stack whether it is the real program or a stand-in, and how it is. Throws for an image that the fleet does not know. */
export async function printPrograms(server: FleetServer, stackId: string): Promise<void> {
  const format = '{{.Label "com.docker.compose.service"}}\\t{{.Image}}\\t{{.Status}}';
  const listed = await server.mustExec(`docker ps -a --filter label=com.docker.compose.project=ph-${stackId} --format '${format}'`);
  const rows = listed.split('\n').map((line) => {
    const [service = '', image = '', status = ''] = line.split('\t');
    const known = serviceImages.find(({ reference }) => image === reference || `library/${image}` === reference || image.endsWith(`/${reference}`));
    if (known === undefined) throw new Error(`the fleet's catalogue has no image ${image}`);
    return `  ${service.padEnd(18)} ${known.standIn ? 'stand-in' : 'real    '}  ${image.padEnd(58)} ${known.content}; ${status}`;
  });
  console.log(`programs of ${stackId}:\n${rows.sort().join('\n')}`);
}
