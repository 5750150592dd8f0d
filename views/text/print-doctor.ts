import type { Probe } from '../../src/lab/doctor-probes.ts';
import type { Style } from '../ladder/line.ts';
import { paragraph, type TextOptions } from './paragraph.ts';

const MARKS: Readonly<Record<Probe['ok'], string>> = { yes: 'ok  ', partly: 'part', no: 'NO  ' };
const STYLES: Readonly<Record<Probe['ok'], Style>> = { yes: 'good', partly: 'warning', no: 'failed' };

/** What a run needs: what is there, what is missing, and under each that is not well the way to mend it. */
export function* printDoctor(probes: readonly Probe[], options: TextOptions): Generator<string> {
  const width = Math.max(0, ...probes.map(({ name }) => name.length));
  for (const { name, ok, found, mend } of probes) {
    const label = `${MARKS[ok]}  ${name.padEnd(width)}  `;
    yield* paragraph(label, found, options, { label: STYLES[ok] });
    if (mend !== null) yield* paragraph(`${' '.repeat(width + 8)}→ `, mend, options, { text: 'bold' });
  }
  const missing = probes.filter(({ ok }) => ok === 'no').length;
  yield '';
  const verdict =
    missing === 0 ? 'sockscope can run and capture here' : `${missing} of these must be mended first`;
  yield* paragraph('', verdict, options, { text: missing === 0 ? 'good' : 'failed' });
}
