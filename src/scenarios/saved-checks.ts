import type { SavedCheck, Session } from '../session/session.ts';
import { untilDone } from '../timeline/turns.ts';
import type { Timeline } from '../timeline/types.ts';
import { type CheckResult, checksOf, judgeInSteps, rememberChecks } from './judgement.ts';
import { parametersOf } from './parameter-table.ts';
import { type Parameters, type ParameterValue, restoreParameters } from './parameters.ts';
import { loadScenario, scenarioIds } from './registry.ts';
import type { Scenario } from './scenario.ts';

/** The results of a run's checks as they are saved with it, calls and packets by their ids. */
export function savedChecks(timeline: Timeline): readonly SavedCheck[] {
  const { capture, calls: all } = timeline.session;
  return checksOf(timeline).map(({ text, holds, note, calls, packets }) => ({
    ...{ text, holds },
    ...(note !== undefined && { note }),
    calls: calls.flatMap((call) => all[call]?.id ?? []),
    packets: packets.map((row) => Number(capture.packetOptions(row).packetId ?? row + 1)),
  }));
}

/**
 * Holds an opened session against its scenario as that is today. Where the scenario is a user's own file, or is not to be
 * had with these parameters, what was saved with the run is shown.
 */
export async function judgeSaved(timeline: Timeline): Promise<void> {
  const { run } = timeline.session;
  if (run === null || timeline.session.calls.length === 0) return;
  if (scenarioIds().includes(run.scenario)) {
    const scenario = await loadScenario(run.scenario);
    const parameters = soundParameters(scenario, run.parameters);
    if (parameters !== null) {
      await untilDone(judgeInSteps(scenario, parameters, timeline));
      return;
    }
  }
  rememberChecks(timeline, restored(timeline.session, run.checks ?? []));
}

/** The file may be anybody's, or of another version: null where these are no values that the scenario takes. */
function soundParameters(
  scenario: Scenario,
  saved: Readonly<Record<string, ParameterValue>>,
): Parameters | null {
  const values: Record<string, ParameterValue> = {};
  for (const { name, fallback, min, max, choices } of parametersOf(scenario)) {
    const value = saved[name] ?? fallback;
    const names = Object.keys(choices);
    if (typeof value === 'number' && !(value >= min && value <= max)) return null;
    if (value !== null && names.length > 0 && !names.includes(String(value))) return null;
    if (fallback !== null && typeof value !== typeof fallback) return null;
    values[name] = value;
  }
  const parameters = restoreParameters(values);
  try {
    scenario.lookFor(parameters);
    return parameters;
  } catch {
    return null; // a value of the wrong type
  }
}

function restored({ capture, calls }: Session, saved: readonly SavedCheck[]): readonly CheckResult[] {
  const wanted = new Set(saved.flatMap(({ packets }) => packets));
  const rows = new Map<number, number>();
  for (let row = 0; wanted.size > 0 && row < capture.columns.length; row++) {
    const id = Number(capture.packetOptions(row).packetId ?? row + 1);
    if (wanted.has(id)) rows.set(id, row);
  }
  const indices = new Map(calls.map(({ id }, index) => [id, index]));
  return saved.map((check) => ({
    ...check,
    calls: check.calls.flatMap((id) => indices.get(id) ?? []),
    packets: check.packets.flatMap((id) => rows.get(id) ?? []),
  }));
}
