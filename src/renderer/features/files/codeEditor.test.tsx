import { expect, it, vi } from 'vitest';
import { page, userEvent } from 'vitest/browser';
import { render } from 'vitest-browser-react';
import '../../ui/styles.css';
import { CodeEditor } from './CodeEditor.tsx';
import { DiffView } from './DiffView.tsx';

async function open(text: string, name = 'notes.txt') {
  const [onChange, onSave] = [vi.fn<(text: string) => void>(), vi.fn()];
  await render(
    <div style={{ height: 300, display: 'flex' }}>
      <CodeEditor text={text} name={name} label="Content" onChange={onChange} onSave={onSave} />
    </div>,
  );
  await expect.element(page.getByRole('textbox', { name: 'Content' })).toHaveFocus();
  return { onChange, onSave };
}

it('gives back what it was given but for what was typed, mixed line ends and all', async () => {
  const { onChange } = await open('one\r\ntwo\rthree\n\nlast');
  await userEvent.keyboard('{Control>}{Home}{/Control}x');
  await vi.waitFor(() => expect(onChange).toHaveBeenLastCalledWith('xone\r\ntwo\rthree\n\nlast'));
});

it('keeps the last line as it is', async () => {
  const { onChange } = await open('a\n');
  await userEvent.keyboard('{Control>}{End}{/Control}b');
  await vi.waitFor(() => expect(onChange).toHaveBeenLastCalledWith('a\nb'));
});

it('saves by Ctrl S, and colours what it knows', async () => {
  const { onSave } = await open('key: "value"\n', 'compose.yaml');
  await userEvent.keyboard('{Control>}s{/Control}');
  expect(onSave).toHaveBeenCalledOnce();
  await vi.waitFor(() => expect(document.querySelectorAll('.cm-line span').length).toBeGreaterThan(0));
});

it('shows what differs and folds what does not', async () => {
  const lines = Array.from({ length: 60 }, (_, index) => `line ${index}`);
  await render(<DiffView before={lines.join('\n')} after={lines.with(30, 'changed').join('\n')} label="Changes" />);
  await expect.element(page.getByText('changed')).toBeVisible();
  expect(document.querySelector('.cm-deletedChunk')?.textContent).toContain('line 30');
  expect(document.body.textContent).toContain('27 unchanged lines');
  expect(document.body.textContent).not.toContain('line 5\n');
});
