import { words } from '../../../src/words/words.ts';
import { filterHelp } from '../filter-help.ts';
import type { Model } from '../model.ts';
import { searchProblem } from '../search-matcher.ts';
import { line, span, spans, type UiLine } from '../style.ts';

const SHOWN = 8;

/** Over the line that a filter is typed on: how it may go on, and what is wrong with it, with a mark under the place. */
export function filterLines(model: Model, text: string, at: number): readonly UiLine[] {
  const { completions, error, enter } = filterHelp(model, text);
  const top = Math.max(0, Math.min(at - SHOWN + 1, completions.length - SHOWN));
  const lines = completions
    .slice(top, top + SHOWN)
    .map(({ text: word, about }, index) =>
      spans(
        [span(`   ${word.padEnd(28)}`, 'key'), span(` ${about}`, 'label')],
        top + index === at ? 'selected' : 'box',
      ),
    );
  const refused = model.status?.isError === true ? model.status.text : null;
  const where =
    error === null ? '' : `${words().screen.at(error.from + 1)}${error.hint === '' ? '' : `: ${error.hint}`}`;
  const hint = error === null ? (refused ?? enter) : `${error.message}${where}`;
  const isFine = error === null && refused === null;
  return [...lines, line(` ${hint}`, isFine ? 'label' : 'warning', 'box')];
}

/** The typed text with the place that is wrong marked. */
export function filterText(model: Model, text: string) {
  const { error } = filterHelp(model, text);
  if (error === null || error.from >= text.length) return [span(text, 'value')];
  return [
    span(text.slice(0, error.from), 'value'),
    span(text.slice(error.from, error.to), 'hit'),
    span(text.slice(error.to), 'value'),
  ];
}

/** What is wrong with what is searched for, over the line that it is typed on. */
export function searchLines({ status }: Model, text: string): readonly UiLine[] {
  const problem = searchProblem(text, false);
  // What is wrong with it only as a whole was said when it was entered.
  const refused = status?.isError === true ? status.text : null;
  const said = problem === null ? refused : `${problem.message}${words().screen.at(problem.from + 1)}`;
  return said === null ? [] : [line(` ${said}`, 'warning', 'box')];
}

/** The typed text, marked from the place on that is wrong. */
export function searchText(text: string) {
  const problem = searchProblem(text, false);
  if (problem === null) return [span(text, 'value')];
  return [span(text.slice(0, problem.from), 'value'), span(text.slice(problem.from), 'hit')];
}
