import { Compartment, EditorState, type Extension, RangeSetBuilder, StateEffect, StateField } from '@codemirror/state';
import { Decoration, type DecorationSet, EditorView, WidgetType } from '@codemirror/view';
import { useEffect, useRef } from 'react';
import type { RuleProblem } from '../../../shared/model/alertRuleView.ts';
import { commonSetup, editingSetup, languageSetup } from '../files/editorSetup.ts';

const setProblems = StateEffect.define<readonly RuleProblem[]>();

class ProblemLine extends WidgetType {
  readonly problem: RuleProblem;
  constructor(problem: RuleProblem) {
    super();
    this.problem = problem;
  }
  override eq(other: ProblemLine): boolean {
    return other.problem.message === this.problem.message && other.problem.severity === this.problem.severity;
  }
  toDOM(): HTMLElement {
    const line = document.createElement('div');
    line.className = `cm-problem cm-problem-${this.problem.severity}`;
    line.textContent = `${this.problem.severity}: ${this.problem.message}`;
    return line;
  }
}

const problemLines = StateField.define<DecorationSet>({
  create: () => Decoration.none,
  update(lines, transaction) {
    let next = lines.map(transaction.changes);
    for (const effect of transaction.effects) {
      if (!effect.is(setProblems)) continue;
      const builder = new RangeSetBuilder<Decoration>();
      const { doc } = transaction.state;
      const placed = effect.value.flatMap((problem) => (problem.line === null ? [] : [{ problem, line: Math.min(problem.line, doc.lines) }]));
      for (const { problem, line } of placed.sort((a, b) => a.line - b.line)) {
        const { to } = doc.line(line);
        builder.add(to, to, Decoration.widget({ widget: new ProblemLine(problem), block: true, side: 1 }));
      }
      next = builder.finish();
    }
    return next;
  },
  provide: (field) => EditorView.decorations.from(field),
});

const look = EditorView.theme({
  '.cm-problem': { padding: '1px 8px 2px 6px', fontFamily: "'Inter Variable', system-ui, sans-serif", fontSize: '12px', whiteSpace: 'normal' },
  '.cm-problem-error': { color: 'var(--bad)', backgroundColor: 'var(--bad-bg)' },
  '.cm-problem-warning': { color: 'var(--warn)', backgroundColor: 'var(--warn-bg)' },
});

interface RuleTextEditorProps {
  /** What it begins with; a later change of it does not touch what was typed. */
  text: string;
  problems: readonly RuleProblem[];
  onChange(text: string): void;
}

/** The text of a rule, with what is wrong below the lines that it is about. */
export function RuleTextEditor({ text, problems, onChange }: RuleTextEditorProps) {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | null>(null);
  const first = useRef({ text, problems });
  const change = useRef(onChange);
  change.current = onChange;
  useEffect(() => {
    if (host.current === null) return;
    const language = new Compartment();
    const extensions: Extension[] = [
      ...[commonSetup, editingSetup, EditorView.lineWrapping, look, problemLines, language.of([])],
      EditorView.contentAttributes.of({ 'aria-label': 'Text of the rule' }),
      EditorView.updateListener.of((update) => {
        if (update.docChanged) change.current(update.state.sliceDoc());
      }),
    ];
    const editor = new EditorView({ parent: host.current, state: EditorState.create({ doc: first.current.text, extensions }) });
    view.current = editor;
    editor.dispatch({ effects: setProblems.of(first.current.problems) });
    let here = true;
    void languageSetup('yaml').then((extension) => {
      if (here) editor.dispatch({ effects: language.reconfigure(extension) });
    });
    return () => {
      here = false;
      view.current = null;
      editor.destroy();
    };
  }, []);
  useEffect(() => view.current?.dispatch({ effects: setProblems.of(problems) }), [problems]);
  return <div ref={host} className="min-h-0 flex-1 overflow-hidden rounded border border-line" />;
}
