import { readFileSync } from 'node:fs';
import { parseParameters } from '../../src/scenarios/parse-parameters.ts';
import { loadScenario } from '../../src/scenarios/registry.ts';
import * as ca from '../../src/words/ca/all.ts';
import * as en from '../../src/words/en/all.ts';
import * as es from '../../src/words/es/all.ts';
import type { Language } from '../../src/words/language.ts';
import type { Text } from '../../src/words/text.ts';
import { givenBy } from '../scenarios/support/given-by.ts';
import { PROJECT } from './tools.ts';

/** Commands of a guide that stand in one block, and what the reader is told to see. */
export interface Exercise {
  /** The heading above it. */
  readonly heading: string;
  /** As typed, one line each. */
  readonly commands: readonly string[];
  /** Quoted lines, in their order; none where the block after it is no quotation. */
  readonly see: readonly string[];
}

/** The exercises of docs/lab-guide.md (`en`) or of one of its translations, in their order. */
export function exercises(language: Language): readonly Exercise[] {
  const path = `${PROJECT}/docs/lab-guide${language === 'en' ? '' : `.${language}`}.md`;
  const found: Exercise[] = [];
  let heading = '';
  let fence: { kind: string; lines: string[] } | null = null;
  for (const line of readFileSync(path, 'utf8').split('\n')) {
    if (fence === null) {
      if (line.startsWith('```')) fence = { kind: line.slice(3), lines: [] };
      else if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
      continue;
    }
    if (line !== '```') {
      fence.lines.push(line);
      continue;
    }
    const { kind, lines } = fence;
    fence = null;
    if (kind === 'sh') found.push({ heading, commands: lines, see: [] });
    else if (kind === 'see') found.push({ ...found.pop()!, see: lines });
    else throw new Error(`${path}: a block of "${kind}" below ${heading}`);
  }
  return found;
}

export const worded = (text: Text, language: Language): string =>
  typeof text === 'string' ? text : text[language];

export const isCheck = (line: string): boolean => line.startsWith('✓ ');

const ALL = { en, es, ca };

/** A quoted row as the ladder shows it in another language: most of a row is the same in all of them. */
export function rowIn(line: string, language: Language): string {
  const [from, to] = [ALL.en.ladder, ALL[language].ladder];
  return line
    .replace(from.unreachable['4:3'], to.unreachable['4:3'])
    .replace(from.firstFragment, to.firstFragment)
    .replace(from.fragment(1480, true), to.fragment(1480, true))
    .replace(/ after (?=3…|…)/, ` ${to.after('')}`)
    .replace(/^0 packets/, to.packets(0, '0'));
}

/** The quoted lines that `output` does not show: rows in their order, checks anywhere (they are wrapped there). */
export function notSeen(see: readonly string[], output: string): readonly string[] {
  const flat = output.replace(/\s+/g, ' ');
  const lines = output.split('\n');
  const missing: string[] = [];
  let at = 0;
  for (const quoted of see) {
    if (isCheck(quoted)) {
      if (!flat.includes(quoted)) missing.push(quoted);
      continue;
    }
    const pattern = asPattern(quoted);
    const next = lines.findIndex((line, index) => index >= at && pattern.test(line));
    if (next < 0) missing.push(quoted);
    else at = next + 1;
  }
  return missing;
}

/** `…` stands for anything; one blank for any number of them. */
function asPattern(quoted: string): RegExp {
  const parts = quoted.split(/\s*…\s*/).map((part) =>
    part
      .split(/\s+/)
      .map((word) => word.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
      .join('\\s+'),
  );
  return new RegExp(parts.join('.*'));
}

/** The checks that the runs of these commands are held against, each in all languages. */
export async function checksOf(commands: readonly string[]): Promise<readonly Text[]> {
  const found: Text[] = [];
  for (const command of commands) {
    const [, id = '', options = ''] = /sockscope run (\S+)([^|&;]*)/.exec(command) ?? [];
    if (id === '') continue;
    const scenario = await loadScenario(id);
    const parameters = parseParameters(scenario, givenBy({ options: options.trim() }));
    found.push(...scenario.lookFor(parameters).map(({ text }) => text));
  }
  return found;
}
