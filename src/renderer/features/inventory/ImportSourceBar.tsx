import { FileUp } from 'lucide-react';
import { useRef, useState } from 'react';
import { type ImportKind, type ImportSource, mostImportText } from '../../../shared/contract/servers.ts';
import { Button } from '../../ui/Button.tsx';
import { Input, Textarea } from '../../ui/Field.tsx';
import { Select } from '../../ui/Select.tsx';
import { importKinds, kindOfFile } from './importView.ts';

interface ImportSourceBarProps {
  kind: ImportKind;
  onKind(kind: ImportKind): void;
  onRead(source: ImportSource): void;
}

/** Says where servers come from: a path that the core reads, a file that is handed over, or pasted text. */
export function ImportSourceBar({ kind, onKind, onRead }: ImportSourceBarProps) {
  const [path, setPath] = useState('');
  const [pasted, setPasted] = useState<string | null>(null);
  const [problem, setProblem] = useState<string | null>(null);
  const [over, setOver] = useState(false);
  const picker = useRef<HTMLInputElement>(null);
  const { placeholder } = importKinds.find(({ value }) => value === kind) ?? { placeholder: '' };
  const trimmed = path.trim();
  const readPath = () => {
    setProblem(null);
    if (trimmed !== '') onRead({ source: kind, path: trimmed });
    else if (kind === 'ssh-config') onRead({ source: kind });
  };
  const take = (file: File | undefined) => {
    if (file === undefined) return;
    if (file.size > mostImportText) return setProblem(`${file.name} is larger than 4 MiB`);
    setProblem(null);
    const found = kindOfFile(file.name) ?? kind;
    void file.text().then(
      (text) => {
        onKind(found);
        onRead({ source: found, path: file.name, text });
      },
      () => setProblem(`${file.name} cannot be read`),
    );
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping a file is a short cut of the button in it.
    <div
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault();
        setOver(false);
        take(event.dataTransfer.files[0]);
      }}
      className={over ? 'rounded outline-2 outline-accent outline-offset-4' : undefined}
    >
      <div className="flex items-center gap-1.5">
        <div className="w-44 shrink-0">
          <Select field label="Source" value={kind} options={importKinds} onChange={onKind} />
        </div>
        <Input
          aria-label="Path on the computer that Pilothouse runs on"
          placeholder={placeholder}
          value={path}
          onChange={(event) => setPath(event.target.value)}
          onKeyDown={(event) => {
            if (event.key !== 'Enter') return;
            // Enter reads; it adds nothing yet.
            event.preventDefault();
            readPath();
          }}
          className="font-mono text-sm"
        />
        <Button onClick={readPath} disabled={trimmed === '' && kind !== 'ssh-config'}>
          Read
        </Button>
        <Button icon={FileUp} onClick={() => picker.current?.click()}>
          Choose file
        </Button>
        <Button aria-expanded={pasted !== null} onClick={() => setPasted(pasted === null ? '' : null)}>
          Paste text
        </Button>
        <input ref={picker} type="file" aria-label="File to import" className="hidden" onChange={(event) => take(event.target.files?.[0])} />
      </div>
      {pasted !== null && (
        <div className="mt-1.5 flex items-end gap-1.5">
          <Textarea
            aria-label="Text to import"
            maxLength={mostImportText}
            placeholder="Paste the text of a file here"
            value={pasted}
            onChange={(event) => setPasted(event.target.value)}
            className="max-h-40 font-mono text-sm"
          />
          <Button disabled={pasted.trim() === ''} onClick={() => onRead({ source: kind, path: 'pasted text', text: pasted })}>
            Read text
          </Button>
        </div>
      )}
      {problem !== null && (
        <p role="alert" className="mt-1 text-sm text-bad">
          {problem}
        </p>
      )}
    </div>
  );
}
