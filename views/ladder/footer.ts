import type { Capture } from '../../capture/capture.ts';
import { checksOf } from '../../src/scenarios/judgement.ts';
import { bothRuns, mendedRun } from '../../src/scenarios/mended-run.ts';
import { frameNumbers } from '../../src/session/file-order.ts';
import { outcomeOf } from '../../src/session/unended.ts';
import type { Finding } from '../../src/timeline/types.ts';
import { say } from '../../src/words/text.ts';
import { words } from '../../src/words/words.ts';
import { summaryOf } from '../summary.ts';
import { type Line, type Style, wrap } from './line.ts';
import type { Scene } from './scene.ts';
import { grouped } from './units.ts';

/** Findings of one kind beyond these are counted. */
const SHOWN_OF_A_KIND = 5;
const SHOWN_ROWS = 6;
const MARKS: Readonly<Record<Finding['severity'], string>> = { warning: '!', note: '*', chat: '-' };

/** Findings, what was lost or dropped, and the sum. */
export function* footerLines(scene: Scene): Generator<Line> {
  yield [];
  yield* findingLines(scene);
  yield* checkLines(scene);
  const { run } = scene.timeline.session;
  const summary = summaryOf(scene.timeline);
  const said = words().ladder;
  if (summary.dropped !== null && summary.dropped > 0) {
    const text = said.dropped(summary.dropped, grouped(summary.dropped));
    yield* wrapped(scene, text, 'warning');
  }
  const cut = cutPackets(scene.timeline.session.capture);
  if (cut > 0) yield* wrapped(scene, words().report.someCut(cut), 'warning');
  if (summary.lost > 0) yield* wrapped(scene, said.lostAsAsked(summary.lost, grouped(summary.lost)), 'lost');
  for (const problem of run?.problems ?? []) yield* wrapped(scene, said.notAsTold(say(problem)), 'failed');
  if (run?.outcome === 'timeout') {
    const vain = scene.timeline.findings.filter(({ kind }) => kind === 'handshake-waits');
    for (const finding of vain.slice(0, SHOWN_OF_A_KIND))
      yield* wrapped(scene, said.becauseOf(scene.words.reason(finding)), 'failed');
  }
  if (summary.unexplained > 0) {
    yield* wrapped(
      scene,
      said.unexplainedPackets(summary.unexplained, grouped(summary.unexplained)),
      'warning',
    );
  }
  const mended = run === null ? null : mendedRun(run);
  if (mended !== null) yield* wrapped(scene, said.mended(mended), 'call');
  const both = run === null ? null : bothRuns(run);
  if (both !== null) yield* wrapped(scene, said.bothRuns(both), 'call');
  const counts = [
    said.packets(summary.packets, grouped(summary.packets)),
    said.callCount(summary.calls, grouped(summary.calls)),
    said.links(summary.links, grouped(summary.links)),
    said.unexplained(grouped(summary.unexplained)),
  ];
  if (run !== null)
    counts.push(
      said.received(run.received === null ? null : grouped(run.received)),
      said.droppedCount(summary.dropped === null ? null : grouped(summary.dropped)),
    );
  // A run may have gone as told and still not be understood.
  const ended = run === null ? undefined : (outcomeOf(run) ?? 'unended');
  const verdict = summary.ok || ended !== 'ok' ? ended : 'not ok';
  const outcome = verdict === undefined ? '' : ` · ${said.outcomes[verdict]}`;
  yield* wrapped(scene, `${counts.join(', ')}${outcome}`, summary.ok ? 'good' : 'failed');
}

function cutPackets({ columns }: Capture): number {
  let cut = 0;
  for (let row = 0; row < columns.length; row++)
    if ((columns.capLen[row] ?? 0) < (columns.wireLen[row] ?? 0)) cut++;
  return cut;
}

function* findingLines(scene: Scene): Generator<Line> {
  const { findings } = scene.timeline;
  if (findings.length === 0) return;
  yield [{ text: words().ladder.findings, style: 'bold' }];
  const counts = new Map<string, number>();
  for (const finding of findings) {
    const count = (counts.get(finding.kind) ?? 0) + 1;
    counts.set(finding.kind, count);
    if (count > SHOWN_OF_A_KIND && !scene.all) continue;
    const rows = rowsText(scene, finding.calls, finding.packets);
    const where = rows === '' ? '' : ` (${rows})`;
    const style: Style = finding.severity === 'warning' ? 'warning' : 'plain';
    const [first, ...rest] = wrap(scene.clean(scene.words.reason(finding) + where), scene.width - 5);
    yield [{ text: `  ${MARKS[finding.severity]} ${first ?? ''}`, style }];
    for (const line of rest) yield [{ text: `    ${line}`, style }];
  }
  if (scene.all) return;
  for (const [kind, count] of counts) {
    if (count <= SHOWN_OF_A_KIND) continue;
    yield* wrapped(scene, words().ladder.moreOfKind(grouped(count - SHOWN_OF_A_KIND), kind), 'dim');
  }
}

const TICKS = {
  true: { text: '✓', ascii: '+', style: 'good' },
  false: { text: '✗', ascii: 'x', style: 'failed' },
  null: { text: '?', ascii: '?', style: 'dim' },
} as const;

/** What to look for, with what the run made of it. */
function* checkLines(scene: Scene): Generator<Line> {
  const results = checksOf(scene.timeline);
  if (results.length === 0) return;
  yield [{ text: words().ladder.lookFor, style: 'bold' }];
  for (const { text, holds, note, calls, packets } of results) {
    const said = note === undefined || holds === true ? '' : say(note);
    const parts = [said, rowsText(scene, calls, packets)].filter((part) => part !== '');
    const found = parts.length === 0 ? '' : ` (${parts.join('; ')})`;
    const mark = TICKS[`${holds}`];
    const [first, ...rest] = wrap(scene.clean(`${say(text)}${found}`), scene.width - 5);
    yield [
      { text: `  ${scene.ascii ? mark.ascii : mark.text} `, style: mark.style },
      { text: first ?? '', style: holds === false ? 'failed' : 'plain' },
    ];
    for (const line of rest) yield [{ text: `    ${line}`, style: holds === false ? 'failed' : 'plain' }];
  }
}

/** '#3, #4': the frame numbers of calls and packets. */
function rowsText({ timeline }: Scene, calls: readonly number[], packets: readonly number[]): string {
  const numbers = frameNumbers(timeline.session);
  const rows = [...calls.map(numbers.ofCall), ...packets.map(numbers.ofPacket)];
  const known = rows.filter((row) => row !== null).sort((a, b) => a - b);
  const more = known.length > SHOWN_ROWS ? ', …' : '';
  return known.length === 0 ? '' : `#${known.slice(0, SHOWN_ROWS).join(', #')}${more}`;
}

function* wrapped(scene: Scene, text: string, style: Style): Generator<Line> {
  for (const line of wrap(scene.clean(text), scene.width)) yield [{ text: line, style }];
}
