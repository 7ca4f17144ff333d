import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useBlocker } from '@tanstack/react-router';
import { RotateCcw, Save } from 'lucide-react';
import { lazy, Suspense, useEffect, useMemo, useRef, useState } from 'react';
import { toast } from 'sonner';
import type { RuleProblem } from '../../../shared/model/alertRuleView.ts';
import { client, orpc } from '../../client/client.ts';
import { useAction } from '../../client/useAction.ts';
import { Button } from '../../ui/Button.tsx';
import { Chip } from '../../ui/Chip.tsx';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ErrorPanel } from '../../ui/ErrorPanel.tsx';
import { SkeletonRows } from '../../ui/Skeleton.tsx';
import { useSettled } from '../stacks/useSettled.ts';
import { RuleBacktest } from './RuleBacktest.tsx';
import { RuleForm } from './RuleForm.tsx';
import { RuleProblems } from './RuleProblems.tsx';
import { readFigures, readRule, withFigure } from './ruleText.ts';

const RuleTextEditor = lazy(() => import('./RuleTextEditor.tsx').then((module) => ({ default: module.RuleTextEditor })));
const none: readonly RuleProblem[] = [];

interface RuleEditorProps {
  /** What is saved, or what a new rule begins with. */
  text: string;
  /** Id of the saved rule; null: it is new. */
  savedId: string | null;
  view: 'figures' | 'text';
  onView(view: 'figures' | 'text'): void;
  onSaved(id: string): void;
}

/** Changes a rule by its figures or as text, and shows before it is saved what is wrong with it and what it would have fired on. */
export function RuleEditor({ text: saved, savedId, view, onView, onSaved }: RuleEditorProps) {
  const [text, setText] = useState(saved);
  // Saved or put back meanwhile: that is where editing begins again.
  const [of, setOf] = useState(saved);
  if (of !== saved) {
    setOf(saved);
    setText(saved);
  }
  const changed = savedId === null || text !== saved;
  const rule = useMemo(() => readRule(text), [text]);
  const last = useRef(rule);
  if (rule !== null) last.current = rule;
  const shown = rule ?? (last.current && readFigures(text, last.current));
  const savedRule = useMemo(() => (savedId === null ? null : readRule(saved)), [saved, savedId]);
  const settled = useSettled(text, 350);
  const queries = useQueryClient();
  const hours = useQuery({ ...orpc.alerts.rules.list.queryOptions({ input: {} }), staleTime: 60_000 });
  const judged = useQuery({
    ...orpc.alerts.rules.test.queryOptions({ input: { text: settled } }),
    retry: false,
    placeholderData: (before) => before,
    enabled: settled.trim() !== '',
  });
  const problems = judged.data?.problems ?? none;
  const save = useAction(client.alerts.rules.save, ({ rule: { rule: now } }) => {
    toast(`Saved: ${now.title}`);
    void queries.invalidateQueries({ queryKey: orpc.alerts.rules.key() });
    onSaved(now.id);
  });
  const { reset } = save;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what the core said is about a text that is no more.
  useEffect(() => reset(), [text, reset]);
  const blocker = useBlocker({ shouldBlockFn: () => text !== saved && !save.busy, enableBeforeUnload: () => text !== saved, withResolver: true });
  const stale = settled !== text || judged.isPlaceholderData;
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const isReady = changed && rule !== null && errors === 0 && !stale;
  return (
    <div className="grid min-h-0 flex-1 grid-cols-[minmax(340px,2fr)_minmax(0,3fr)] gap-x-8 overflow-y-auto px-4 pb-4">
      <div className="flex min-h-0 min-w-0 flex-col gap-3">
        <div className="flex items-center gap-1.5">
          <Chip on={view === 'figures'} onClick={() => onView('figures')}>
            Figures
          </Chip>
          <Chip on={view === 'text'} onClick={() => onView('text')}>
            Text
          </Chip>
          <span className="ml-auto flex items-center gap-1.5">
            {text !== saved && (
              <Button icon={RotateCcw} variant="ghost" onClick={() => setText(saved)}>
                Undo changes
              </Button>
            )}
            <Button icon={Save} variant="primary" busy={save.busy} disabled={!isReady} onClick={() => void save.run({ text })}>
              Save
            </Button>
          </span>
        </div>
        {view === 'text' ? (
          <div className="flex h-[460px] min-h-0 flex-col">
            <Suspense fallback={<SkeletonRows count={10} label="Loading the editor" />}>
              <RuleTextEditor key={saved} text={text} problems={stale ? none : problems} onChange={setText} />
            </Suspense>
          </div>
        ) : shown === null ? (
          <p className="py-2 text-warn">Its figures cannot be read. Mend it as text.</p>
        ) : (
          <RuleForm rule={shown} saved={savedRule} hours={hours.data?.hours ?? []} onFigure={(path, value) => setText((now) => withFigure(now, path, value))} />
        )}
        <RuleProblems problems={view === 'text' ? problems.filter(({ line }) => line === null) : problems} all={problems} />
        {save.error && <ErrorPanel error={save.error} />}
      </div>
      <div className="min-w-0">
        <RuleBacktest text={rule === null || errors > 0 ? null : settled} rule={rule} savedId={savedId !== null && text !== saved ? savedId : null} />
      </div>
      <ConfirmDialog
        open={blocker.status === 'blocked'}
        title="Leave without saving?"
        effect="What you changed in the rule is lost."
        expected={null}
        action="Leave"
        cancel="Stay"
        onConfirm={() => blocker.status === 'blocked' && blocker.proceed()}
        onClose={() => blocker.status === 'blocked' && blocker.reset()}
      />
    </div>
  );
}
