import { PARAMETERS } from '../../src/scenarios/parameter-table.ts';
import { peerRule } from '../../src/scenarios/peer-commands.ts';
import type { RunInfo } from '../../src/session/session.ts';
import { reportName } from '../../src/words/report-name.ts';
import { say } from '../../src/words/text.ts';
import { words } from '../../src/words/words.ts';
import { glyphsFor } from './glyphs.ts';
import { headOf, putHeads } from './lane-heads.ts';
import { Canvas, type Line, type Style, widthOf, wrap } from './line.ts';
import type { Scene } from './scene.ts';
import type { Section } from './section.ts';

const LABEL_WIDTH = 12;
const SHOWN_ROLES = 10;

type Values = Readonly<Record<string, string | number | boolean | null>>;

/** What ran, with which parameters, under which conditions, and who took part. */
export function* headerLines(scene: Scene): Generator<Line> {
  const { run, capture, calls } = scene.timeline.session;
  if (run === null) yield* captureHeader(scene, capture.format, calls.length > 0);
  else yield* runHeader(scene, run);
}

/** The heading of a section: whose conversation it is, and the titles over the lanes. */
export function* sectionLines(scene: Scene, section: Section): Generator<Line> {
  yield [];
  if (section.connection !== null) {
    const connection = section.connections[0];
    if (connection !== undefined) {
      const { endpointA, endpointB, client, protocol, flow } = connection;
      const ends = client === 'a' ? `${endpointA} → ${endpointB}` : `${endpointB} → ${endpointA}`;
      const { stream } = scene.timeline.session.capture.flows.get(flow);
      yield span(scene, `${protocol}.stream ${stream}: ${ends}`, 'bold');
    }
  } else if (section.connections.length === 0 && scene.timeline.connections.length > 0) {
    yield span(scene, words().ladder.noConnection, 'bold');
  }
  yield titles(scene, section);
}

function* captureHeader(scene: Scene, format: string, hasCalls: boolean): Generator<Line> {
  const { timeline } = scene;
  const { capture } = timeline.session;
  const count = capture.columns.length;
  yield span(scene, words().ladder.capture(format, count), 'bold');
  for (const { message } of capture.problems.slice(0, 5))
    yield span(scene, words().ladder.damaged(message), 'warning');
  if (capture.problems.length > 5)
    yield span(scene, words().ladder.moreProblems(capture.problems.length - 5), 'warning');
  if (hasCalls) return;
  yield* wrapped(scene, words().ladder.noCalls, 'dim');
  if (timeline.connections.some(({ isGuessed }) => isGuessed))
    yield* wrapped(scene, words().ladder.guessed, 'dim');
}

function* runHeader(scene: Scene, run: RunInfo): Generator<Line> {
  yield span(scene, `sockscope ${run.version} · ${run.scenario}`, 'bold');
  yield* labelled(scene, words().ladder.labels.parameters, parametersText(run));
  const capture = [`snaplen=${run.snaplen}`, ...(run.filter === null ? [] : [`filter="${run.filter}"`])];
  yield* labelled(
    scene,
    words().ladder.labels.network,
    `${valuesText(run.network)} · ${capture.join(' ')} · ${run.kernel}`,
  );
  for (const { name, pid, exit, endedBy, report } of run.roles.slice(0, SHOWN_ROLES)) {
    const end = exit === null || exit === 0 ? '' : words().ladder.endedWith(exit, endedBy);
    const parts = [
      pid === 0 ? words().ladder.pidUnknown : `pid ${pid}`,
      ends(scene, name),
      end,
      valuesText(report, reportName),
    ].filter((part) => part !== '');
    yield* labelled(scene, `${name} `, parts.join(' · '));
  }
  const others = run.roles.length - SHOWN_ROLES;
  if (others > 0) yield* labelled(scene, '…', words().ladder.moreRoles(others));
  const rule = peerRule(run.parameters);
  if (rule !== null) yield* wrapped(scene, say(rule.text), rule.isWarning ? 'warning' : 'dim');
  for (const caveat of run.caveats) yield* wrapped(scene, say(caveat), 'warning');
  if (run.thinned) {
    yield* wrapped(scene, words().ladder.thinned, 'warning');
  }
}

/** The addresses of a role's ends, the first few. */
function ends(scene: Scene, role: string): string {
  const found = new Set<string>();
  for (const { endpointA, endpointB, roleA, roleB } of scene.timeline.connections) {
    if (roleA === role) found.add(endpointA);
    if (roleB === role) found.add(endpointB);
  }
  const [first, second, ...others] = found;
  const shown = [first, second].filter((end) => end !== undefined).join(', ');
  return others.length > 0 ? words().ladder.moreEnds(shown, others.length) : shown;
}

/** The parameters that are not as they always are; those of the network stand as granted in its own line. */
function parametersText({ parameters, network, engine, snaplen }: RunInfo): string {
  const elsewhere: Values = { ...network, engine, snaplen };
  const usual = new Map(PARAMETERS.map(({ name, fallback }) => [name, fallback]));
  const own = Object.entries(parameters).filter(([name]) => !(name in elsewhere));
  const shown = own.filter(([name, value]) => value !== false && value !== usual.get(name));
  const rest = own.length - shown.length;
  const text = valuesText(Object.fromEntries(shown));
  if (rest === 0) return text;
  return words().ladder.asUsual(text);
}

function valuesText(values: Values, nameOf = (name: string): string => name): string {
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== '')
    .map(
      ([name, value]) =>
        `${nameOf(name)}=${typeof value === 'boolean' ? (value ? words().ladder.yes : words().ladder.no) : value}`,
    )
    .join(' ');
}

/** A label and what belongs to it; what is too long for the line hangs under its beginning. */
function* labelled(scene: Scene, label: string, text: string): Generator<Line> {
  const head = scene.clean(label).padEnd(LABEL_WIDTH);
  const parts = wrap(scene.clean(text), scene.width - widthOf(head));
  for (const [index, part] of parts.entries()) {
    yield [{ text: (index === 0 ? head : ' '.repeat(widthOf(head))) + part, style: 'plain' }];
  }
}

function* wrapped(scene: Scene, text: string, style: Style): Generator<Line> {
  for (const line of wrap(scene.clean(text), scene.width)) yield [{ text: line, style }];
}

function span(scene: Scene, text: string, style: Style): Line {
  return [{ text: scene.clean(text), style }];
}

function titles(scene: Scene, { geometry, lanes, connections }: Section): Line {
  const canvas = new Canvas(geometry.width);
  let at = 0;
  if (geometry.numberWidth > 0) {
    canvas.putBefore(geometry.numberWidth - 1, '#', 'dim');
    at = geometry.numberWidth + 1;
  }
  if (geometry.absolute) {
    canvas.put(at, scene.clean(words().ladder.timeOfDay), 'dim');
    at += 16;
  }
  canvas.putBefore(at + geometry.timeWidth - 1, 'ms', 'dim');
  if (geometry.deltaWidth > 0) {
    canvas.putBefore(at + geometry.timeWidth + geometry.deltaWidth, scene.clean('Δ'), 'dim');
  }
  const isPlain = scene.timeline.session.calls.length === 0;
  const guess = connections[0]?.isGuessed === true ? '?' : '';
  const heads = lanes.map((lane) => {
    const [head, side] = [headOf(lane, connections), words().ladder[lane.side]];
    return scene.clean(isPlain && head !== side ? `~${side}${guess} ${head}` : head);
  });
  const { ellipsis } = glyphsFor(scene.ascii);
  putHeads(canvas, lanes, geometry.columns, heads, { style: 'bold', ellipsis });
  return canvas.line();
}
