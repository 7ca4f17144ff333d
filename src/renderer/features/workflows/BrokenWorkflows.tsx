import type { BrokenWorkflow } from '../../../shared/model/workflowLint.ts';
import { Section } from '../../ui/PageHeader.tsx';

/** Files of the person's own folder that cannot be used, each with what is wrong in it. */
export function BrokenWorkflows({ files }: { files: readonly BrokenWorkflow[] }) {
  if (files.length === 0) return null;
  return (
    <Section title="Files that cannot be used">
      <ul>
        {files.map(({ file, issues }) => (
          <li key={file} className="border-b border-hairline px-2 py-1.5">
            <code className="font-mono text-sm break-all">{file}</code>
            <ul className="text-muted">
              {issues.map((issue) => (
                <li key={issue}>{issue}</li>
              ))}
            </ul>
          </li>
        ))}
      </ul>
    </Section>
  );
}
