import { FilePlus2, Plus, X } from 'lucide-react';
import { type DragEvent, useRef, useState } from 'react';
import type { z } from 'zod';
import type { lintFileSchema } from '../../../shared/contract/stackLint.ts';
import { Button } from '../../ui/Button.tsx';
import { cx } from '../../ui/cx.ts';
import { Input, Textarea } from '../../ui/Field.tsx';
import { formatBytes } from '../../ui/format.ts';
import { IconButton } from '../../ui/IconButton.tsx';

/** A file that is judged. */
export type LintFile = z.infer<typeof lintFileSchema>;

const maxBytes = 2_000_000;

/** Reads what was chosen or dropped; what is too large or no text is told instead of taken. */
export async function readLintFiles(list: Iterable<File>): Promise<{ files: LintFile[]; refused: string[] }> {
  const files: LintFile[] = [];
  const refused: string[] = [];
  for (const file of list) {
    const path = file.webkitRelativePath.split('/').slice(1).join('/') || file.name;
    if (file.size > maxBytes) {
      refused.push(`${path} has ${formatBytes(file.size)}, which is more than a file of a project has`);
      continue;
    }
    const text = await file.text();
    if (text.includes('\0')) refused.push(`${path} is no text`);
    else files.push({ path, text });
  }
  return { files, refused };
}

/** Files by their paths; a later one takes the place of an earlier of the same path. */
export function withFiles(before: readonly LintFile[], more: readonly LintFile[]): LintFile[] {
  return [...new Map([...before, ...more].map((file) => [file.path, file])).values()];
}

/** Files to judge: chosen, dropped, or pasted and written here. */
export function LintFilesForm({ files, onChange }: { files: readonly LintFile[]; onChange(files: LintFile[]): void }) {
  const [at, setAt] = useState(0);
  const [refused, setRefused] = useState<readonly string[]>([]);
  const [over, setOver] = useState(false);
  const input = useRef<HTMLInputElement>(null);
  const shown = files[Math.min(at, files.length - 1)];
  const take = async (list: Iterable<File>) => {
    const read = await readLintFiles(list);
    setRefused(read.refused);
    onChange(withFiles(files, read.files));
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    void take(event.dataTransfer.files);
  };
  const change = (changes: Partial<LintFile>) => onChange(files.map((file) => (file === shown ? { ...file, ...changes } : file)));
  const add = () => {
    onChange([...files, { path: files.length === 0 ? 'compose.yaml' : `file-${files.length + 1}.yaml`, text: '' }]);
    setAt(files.length);
  };
  return (
    <section
      aria-label="Files to judge"
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={drop}
      className={cx('flex flex-col gap-2 rounded border p-2', over ? 'border-accent bg-accent-bg' : 'border-line')}
    >
      <div className="flex flex-wrap items-center gap-1.5">
        <Button icon={FilePlus2} onClick={() => input.current?.click()}>
          Choose files
        </Button>
        <Button icon={Plus} onClick={add}>
          Paste one
        </Button>
        <input
          ref={input}
          type="file"
          multiple
          aria-label="Files of a compose project"
          className="sr-only"
          tabIndex={-1}
          onChange={(event) => {
            void take(event.target.files ?? []);
            event.target.value = '';
          }}
        />
        <span className="text-faint">or drop them here: compose files, env files, configuration, scripts. They stay on this computer.</span>
      </div>
      {refused.map((each) => (
        <p key={each} role="alert" className="text-warn">
          {each}
        </p>
      ))}
      {files.length > 0 && (
        <ul aria-label="Files" className="flex flex-wrap gap-1">
          {files.map((file, index) => (
            <li key={file.path} className={cx('flex h-6 items-center rounded-sm border pl-1.5', file === shown ? 'border-accent' : 'border-line')}>
              <button type="button" aria-pressed={file === shown} className="font-mono text-sm" onClick={() => setAt(index)}>
                {file.path}
              </button>
              <IconButton icon={X} size="small" label={`Leave out ${file.path}`} onClick={() => onChange(files.filter((each) => each !== file))} />
            </li>
          ))}
        </ul>
      )}
      {shown && (
        <>
          <Input aria-label="Path of the file" value={shown.path} className="font-mono text-sm" onChange={(event) => change({ path: event.target.value })} />
          <Textarea
            aria-label={`Text of ${shown.path}`}
            value={shown.text}
            rows={10}
            placeholder="Paste the text of the file"
            className="resize-y font-mono text-xs leading-[18px]"
            onChange={(event) => change({ text: event.target.value })}
          />
        </>
      )}
    </section>
  );
}
