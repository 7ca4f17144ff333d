import { Button } from '../ui/Button.tsx';
import { Dialog } from '../ui/Dialog.tsx';
import type { TerminalStatus } from './terminalController.ts';
import { pasteWarning, visibleControls } from './textRules.ts';

const shownCharacters = 20_000;

function countWords(text: string): string {
  const warning = pasteWarning(text);
  if (!warning) return '';
  const lines = warning.lines > 1 ? `${warning.lines} lines` : /[\r\n]$/.test(text) ? 'A line that ends with Enter' : 'A line';
  const controls = warning.controls > 0 ? ` with ${warning.controls} control character${warning.controls === 1 ? '' : 's'}` : '';
  return `${lines}${controls}`;
}

/** Asks before text with more than one line is pasted, and before a link is opened. */
export function PaneQuestion({ question, where, onAnswer }: { question: TerminalStatus['question']; where: string; onAnswer(goOn: boolean): void }) {
  if (!question) return null;
  const paste = question.kind === 'paste';
  return (
    <Dialog
      open
      onClose={() => onAnswer(false)}
      onSubmit={() => onAnswer(true)}
      title={paste ? `Paste into ${where}?` : 'Open this address?'}
      description={paste ? `${countWords(question.text)}: a shell may run each line as soon as it comes.` : 'It was printed by a program on the server.'}
      footer={
        <>
          <Button onClick={() => onAnswer(false)}>Cancel</Button>
          <Button type="submit" variant="primary" autoFocus>
            {paste ? 'Paste' : 'Open'}
          </Button>
        </>
      }
    >
      {paste ? (
        <section
          aria-label="What would be pasted"
          // What scrolls has to be reached by keyboard.
          tabIndex={0}
          className="mb-2 max-h-[40vh] overflow-auto rounded border border-line bg-bg p-2.5 font-mono text-sm whitespace-pre select-text"
        >
          {visibleControls(question.text.slice(0, shownCharacters))}
          {question.text.length > shownCharacters && `\n… and ${question.text.length - shownCharacters} characters more`}
        </section>
      ) : (
        <p className="mb-2 rounded border border-line bg-bg p-2.5 font-mono text-sm break-all select-text">{question.address}</p>
      )}
    </Dialog>
  );
}
