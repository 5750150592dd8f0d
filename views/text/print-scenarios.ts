import type { ParameterSpec } from '../../src/scenarios/parameter-table.ts';
import { parametersOf } from '../../src/scenarios/parameter-table.ts';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { peerRuleHelp } from '../../src/scenarios/peer-commands.ts';
import type { Scenario } from '../../src/scenarios/scenario.ts';
import { variantCommand } from '../../src/scenarios/variant-command.ts';
import { say } from '../../src/words/text.ts';
import { words } from '../../src/words/words.ts';
import { heading, paragraph, type TextOptions } from './paragraph.ts';

const GROUPS = ['data', 'sockets', 'network', 'run'] as const satisfies readonly ParameterSpec['group'][];

/** Every scenario with one line. */
export function* printScenarioList(scenarios: readonly Scenario[], options: TextOptions): Generator<string> {
  const width = Math.max(0, ...scenarios.map(({ id }) => id.length));
  for (const { id, title } of scenarios) {
    yield* paragraph(`${id.padEnd(width)}  `, say(title), options, { label: 'bold' });
  }
  yield '';
  yield* paragraph('', words().texts.listEnd, options, {
    text: 'dim',
  });
}

/** One scenario: what it teaches, what to look for, what can be set. */
export function* printScenario(scenario: Scenario, options: TextOptions): Generator<string> {
  yield* paragraph(`${scenario.id}  `, say(scenario.title), options, { label: 'bold' });
  yield '';
  yield* paragraph('', say(scenario.teaches), options);
  const rule = peerRuleHelp(scenario);
  if (rule !== null) {
    yield '';
    yield* paragraph('', say(rule), options);
  }
  yield '';
  yield heading(words().ladder.lookFor, options);
  for (const { text } of scenario.lookFor(parseParameters(scenario, {})))
    yield* paragraph('  - ', say(text), options);
  if (scenario.variants.length > 0) {
    yield '';
    yield heading(words().texts.worthTrying, options);
  }
  for (const variant of scenario.variants) {
    yield* paragraph('  ', variantCommand(scenario, variant), options, { text: 'call' });
    yield* paragraph('      ', say(variant.shows), options);
  }
  const specs = parametersOf(scenario);
  for (const group of GROUPS) {
    const members = specs.filter((spec) => spec.group === group);
    if (members.length === 0) continue;
    yield '';
    yield heading(words().texts.groups[group], options);
    for (const spec of members) yield* parameterLines(spec, options);
  }
  yield '';
  yield* paragraph('', `sockscope run ${scenario.id}`, options, { text: 'call' });
}

const OPTION_WIDTH = 26;

function* parameterLines(spec: ParameterSpec, options: TextOptions): Generator<string> {
  const option = `  --${spec.name} ${spec.unit}`.trimEnd();
  const isSet = spec.fallback !== null && spec.fallback !== false && spec.fallback !== '';
  const text = isSet ? `${say(spec.help)} (${spec.fallback})` : say(spec.help);
  if (option.length + 2 > OPTION_WIDTH) {
    yield* paragraph(option, '', options, { label: 'call' });
    yield* paragraph(' '.repeat(OPTION_WIDTH), text, options);
  } else yield* paragraph(option.padEnd(OPTION_WIDTH), text, options, { label: 'call' });
  for (const [name, meaning] of Object.entries(spec.choices)) {
    yield* paragraph(`${' '.repeat(OPTION_WIDTH)}${name}: `, say(meaning), options, { text: 'dim' });
  }
}
