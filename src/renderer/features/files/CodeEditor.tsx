import { Compartment, EditorState } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import { commonSetup, editingSetup, languageSetup } from './editorSetup.ts';
import { languageOf } from './fileView.ts';

interface CodeEditorProps {
  /** What it begins with; a later change of it does not touch what was typed. */
  text: string;
  name: string;
  label: string;
  onChange(text: string): void;
  onSave(): void;
}

/** A text to be edited. */
export function CodeEditor({ text, name, label, onChange, onSave }: CodeEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const first = useRef(text);
  const handlers = useRef({ onChange, onSave });
  handlers.current = { onChange, onSave };
  useEffect(() => {
    if (host.current === null) return;
    const language = new Compartment();
    const save = () => {
      handlers.current.onSave();
      return true;
    };
    const view = new EditorView({
      parent: host.current,
      state: EditorState.create({
        doc: first.current,
        extensions: [
          keymap.of([{ key: 'Mod-s', run: save, preventDefault: true }]),
          commonSetup,
          editingSetup,
          language.of([]),
          EditorView.contentAttributes.of({ 'aria-label': label }),
          EditorView.updateListener.of((update) => {
            if (update.docChanged) handlers.current.onChange(update.state.sliceDoc());
          }),
        ],
      }),
    });
    let here = true;
    void languageSetup(languageOf(name)).then((extension) => {
      if (here) view.dispatch({ effects: language.reconfigure(extension) });
    });
    view.focus();
    return () => {
      here = false;
      view.destroy();
    };
  }, [name, label]);
  return <div ref={host} className="min-h-0 flex-1 overflow-hidden" />;
}
