import type { ParameterSpec } from '../../src/scenarios/parameter-table.ts';
import { parametersOf } from '../../src/scenarios/parameter-table.ts';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { say } from '../../src/words/text.ts';
import { heading, paragraph, type TextOptions } from './paragraph.ts';

const GROUPS: Readonly<Record<ParameterSpec['group'], string>> = {
  data: 'What is sent',
  sockets: 'The sockets',
  network: 'The network',
  run: 'The run',
};

/** Every scenario with one line. */
export function* printScenarioList(scenarios: readonly Scenario[], options: TextOptions): Generator<string> {
  const width = Math.max(0, ...scenarios.map(({ id }) => id.length));
  for (const { id, title } of scenarios) {
    yield* paragraph(`${id.padEnd(width)}  `, say(title), options, { label: 'bold' });
  }
  yield '';
  yield* paragraph('', 'sockscope scenarios ID tells more of one; sockscope run ID runs it.', options, {
    text: 'dim',
  });
}

/** One scenario: what it teaches, what to look for, what can be set. */
export function* printScenario(scenario: Scenario, options: TextOptions): Generator<string> {
  yield* paragraph(`${scenario.id}  `, say(scenario.title), options, { label: 'bold' });
  yield '';
  yield* paragraph('', say(scenario.teaches), options);
  yield '';
  yield heading('What to look for', options);
  for (const { text } of scenario.lookFor(parseParameters(scenario, {})))
    yield* paragraph('  - ', say(text), options);
  yield '';
  yield heading('Worth trying', options);
  for (const variant of scenario.variants) {
    yield* paragraph('  ', `sockscope run ${scenario.id} ${variant.options}`, options, { text: 'call' });
    yield* paragraph('      ', say(variant.shows), options);
  }
  const specs = parametersOf(scenario);
  for (const group of Object.keys(GROUPS) as ParameterSpec['group'][]) {
    const members = specs.filter((spec) => spec.group === group);
    if (members.length === 0) continue;
    yield '';
    yield heading(GROUPS[group], options);
    for (const spec of members) yield* parameterLines(spec, options);
  }
  yield '';
  yield* paragraph('', `sockscope run ${scenario.id}`, options, { text: 'call' });
}

const OPTION_WIDTH = 26;

function* parameterLines(spec: ParameterSpec, options: TextOptions): Generator<string> {
  const option = `  --${spec.name} ${spec.unit}`.trimEnd();
  const isSet = spec.fallback !== null && spec.fallback !== false && spec.fallback !== '';
  const text = isSet ? `${spec.help} (${spec.fallback})` : spec.help;
  if (option.length + 2 > OPTION_WIDTH) {
    yield* paragraph(option, '', options, { label: 'call' });
    yield* paragraph(' '.repeat(OPTION_WIDTH), text, options);
  } else yield* paragraph(option.padEnd(OPTION_WIDTH), text, options, { label: 'call' });
  for (const [name, meaning] of Object.entries(spec.choices)) {
    yield* paragraph(`${' '.repeat(OPTION_WIDTH)}${name}: `, meaning, options, { text: 'dim' });
  }
}
