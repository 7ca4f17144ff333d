import { z } from 'zod';
import { type AlertTimes, type AlertTimesView, alertTimesSchema, usualAlertTimes } from '../../../../shared/model/alertTimes.ts';
import type { RequestId } from '../../../../shared/model/ids.ts';
import type { Database } from '../../../database/database.ts';
import { parseJsonColumn } from '../../../database/jsonColumn.ts';
import { RequestsRepo } from '../../../database/requestsRepo.ts';
import type { EvaluatorSettings } from '../evaluator/evaluatorTypes.ts';

/** What times of alerts need from the rest of the core. */
export interface TimesPorts {
  database: Database;
  who(): string;
  nowMs(): number;
  /** Called after each change. */
  changed(): void;
}

/** When alerts are told again, and to whom next. */
export interface TimesService {
  show(): AlertTimesView;
  /** Null: the usual ones again. */
  save(request: { requestId: RequestId; times: AlertTimes | null }): AlertTimesView;
  /** As the evaluator takes them. */
  judged(): Pick<EvaluatorSettings, 'repeatS' | 'escalateS'>;
}

const noAnswer = z.object({});

/** Makes the service over what is stored. */
export function createTimesService({ database, who, nowMs, changed }: TimesPorts): TimesService {
  const requests = new RequestsRepo(database, nowMs);
  const read = (): AlertTimesView => {
    const row = database.first(database.query.selectFrom('alert_times').selectAll());
    if (row === undefined) return { times: usualAlertTimes, usual: usualAlertTimes, changedBy: null, changedAtMs: null };
    const times = parseJsonColumn(alertTimesSchema, row.times, { file: database.file, table: 'alert_times', column: 'times', key: '1' });
    return { times, usual: usualAlertTimes, changedBy: row.who, changedAtMs: row.changed_at_ms };
  };
  let current = read();
  return {
    show: () => current,
    save({ requestId, times }) {
      requests.once(requestId, 'alerts.times.save', noAnswer, () => {
        database.run(database.query.deleteFrom('alert_times'));
        if (times !== null) {
          const row = { id: 1, times: JSON.stringify(times), who: who(), changed_at_ms: nowMs() };
          database.run(database.query.insertInto('alert_times').values(row));
        }
        return {};
      });
      current = read();
      changed();
      return current;
    },
    judged() {
      const { critical, warning, advice } = current.times;
      return {
        repeatS: { critical: critical.repeatS, warning: warning.repeatS, advice: advice.repeatS },
        escalateS: { critical: critical.escalateS, warning: warning.escalateS, advice: advice.escalateS },
      };
    },
  };
}
