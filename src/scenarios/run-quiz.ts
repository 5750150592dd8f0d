import type { Timeline } from '../timeline/types.ts';
import type { Text } from '../words/text.ts';
import { observe } from './observe.ts';
import { restoreParameters } from './parameters.ts';
import { canAsk, type Question, questionsOf } from './quiz.ts';
import { loadScenario, scenarioIds } from './registry.ts';

export const RIGHT: Text = { en: 'right', es: 'correcto', ca: 'correcte' };
export const NOT_SO: Text = { en: 'no, it is', es: 'no, es', ca: 'no, és' };
export const IT_IS: Text = { en: 'it is', es: 'es', ca: 'és' };
export const ANSWERED: Text = { en: 'answered', es: 'contestado', ca: 'contestat' };
export const NOT_ANSWERED: Text = { en: 'not answered', es: 'sin contestar', ca: 'sense contestar' };
export const RIGHT_ANSWERS: Text = {
  en: 'right answers',
  es: 'respuestas correctas',
  ca: 'respostes correctes',
};
export const NOTHING_TO_ASK: Text = {
  en: 'there is nothing to ask about this file: it has no recorded calls',
  es: 'no hay nada que preguntar sobre este fichero: no tiene llamadas grabadas',
  ca: 'no hi ha res a preguntar sobre aquest fitxer: no té crides enregistrades',
};

/** The questions on a run, those of its scenario first; none on a capture without a run. `name` null: of no scenario. */
export async function questionsFor(timeline: Timeline, name: string | null): Promise<readonly Question[]> {
  if (!canAsk(timeline)) return [];
  const { run } = timeline.session;
  const evidence = observe(timeline, restoreParameters(run?.parameters ?? {}));
  const scenario = name === null ? null : await loadScenario(name);
  return questionsOf(evidence, scenario?.questions?.(evidence) ?? []);
}

/** The scenario that a saved session may be asked about: ours only, for a file must not name programs to load. */
export function askableScenario({ session }: Timeline): string | null {
  const name = session.run?.scenario ?? '';
  return scenarioIds().includes(name) ? name : null;
}
