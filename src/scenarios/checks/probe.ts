import type { Text } from '../../words/text.ts';
import { type Check, decide, fails } from '../check.ts';
import type { Evidence, PacketSeen } from '../evidence.ts';
import { incomplete } from './stream.ts';
import { tell } from './tools.ts';

/** A window closes some 0.2 s after the last room is taken; probes come 0.2 s later, and 0.4 s after that. */
const UNTIL_PROBED_MS = 700;
const UNTIL_PROBED_TWICE_MS = 1300;
/** Linux waits no longer than this for a timer (TCP_RTO_MAX), less a tick of its clock. */
const LONGEST_MS = 119_000;

/** What is to be seen of the probes when one end keeps its window closed for so many ms, and the other has more to send. */
export function probeChecks(prober: 'client' | 'server', closedMs: number): readonly Check[] {
  if (closedMs < UNTIL_PROBED_MS) return [];
  const answered: Check = { text: ANSWERED[prober], test: (run) => judgeAnswers(run, prober) };
  const spaced: Check = { text: SPACED, test: (run) => judgeWaits(run, prober) };
  return closedMs < UNTIL_PROBED_TWICE_MS ? [answered] : [answered, spaced];
}

/** Not every probe is answered: one that comes within 0.5 s of an answer is not (tcp_invalid_ratelimit). */
const ANSWERED: Readonly<Record<'client' | 'server', Text>> = {
  client: tell(
    'While the window is closed the client’s kernel probes it, and every answer says that it is still 0.',
    'Mientras la ventana está cerrada el núcleo del cliente la sondea, y cada respuesta dice que sigue en 0.',
    'Mentre la finestra és tancada el nucli del client la sondeja, i cada resposta diu que continua a 0.',
  ),
  server: tell(
    'While the window is closed the server’s kernel probes it, and every answer says that it is still 0.',
    'Mientras la ventana está cerrada el núcleo del servidor la sondea, y cada respuesta dice que sigue en 0.',
    'Mentre la finestra és tancada el nucli del servidor la sondeja, i cada resposta diu que continua a 0.',
  ),
};

const SPACED = tell(
  'Each probe of the closed window comes after a longer wait than the one before: the kernel doubles it.',
  'Cada sondeo de la ventana cerrada llega tras una espera más larga que el anterior: el núcleo la duplica.',
  'Cada sondeig de la finestra tancada arriba després d’una espera més llarga que l’anterior: el nucli la duplica.',
);

function judgeAnswers(run: Evidence, prober: 'client' | 'server') {
  const probes = run.packets({ from: prober, reason: 'zero-window-probe' });
  const answers = answersOf(run, prober);
  const open = answers.filter(({ window }) => window > 0);
  if (open.length > 0) return fails(OPEN, open);
  if (answers.length > 0) return decide(true, '', probes, answers);
  if (!run.complete) return incomplete(run, probes);
  return fails(probes.length > 0 ? NO_ANSWER : NO_PROBE, probes);
}

/** Answers to probes of a closed window: those to keep-alives are called so too. */
function answersOf(run: Evidence, prober: 'client' | 'server'): readonly PacketSeen[] {
  const last = new Map<number | null, string>();
  return run.packets({ protocol: 'tcp' }).filter(({ connection, from, reason }) => {
    if (from === prober) last.set(connection, reason);
    return reason === 'probe-answer' && from !== prober && last.get(connection) === 'zero-window-probe';
  });
}

function judgeWaits(run: Evidence, prober: 'client' | 'server') {
  const rounds = roundsOf(run, prober);
  for (const round of rounds) {
    const waits = round.slice(1).map(({ time }, at) => time - (round[at]?.time ?? 0));
    const early = waits.findIndex((wait, at) => wait < LONGEST_MS && wait <= (waits[at - 1] ?? -1));
    if (early > 0) return fails(TOO_EARLY, round.slice(early - 1, early + 2));
  }
  const [longest] = [...rounds].sort((x, y) => y.length - x.length);
  if (longest !== undefined && longest.length > 2) return decide(true, '', longest);
  return run.complete ? fails(TOO_FEW, longest) : incomplete(run, longest);
}

/** For each time that a window closed: the segment that said so, and the probes until the prober sends anything else. */
function roundsOf(run: Evidence, prober: 'client' | 'server'): readonly PacketSeen[][] {
  const rounds: PacketSeen[][] = [];
  const open = new Map<number | null, PacketSeen[]>();
  for (const packet of run.packets({ protocol: 'tcp' })) {
    const round = open.get(packet.connection);
    if (packet.from === prober && packet.reason === 'zero-window-probe') round?.push(packet);
    else if (packet.from === prober || packet.window > 0) open.delete(packet.connection);
    else if (round === undefined) {
      const begun = [packet];
      open.set(packet.connection, begun);
      rounds.push(begun);
    }
  }
  return rounds;
}

const NO_PROBE = tell('no probe came', 'no llegó ningún sondeo', 'no va arribar cap sondeig');
const NO_ANSWER = tell(
  'no probe was answered',
  'ningún sondeo tuvo respuesta',
  'cap sondeig no va tenir resposta',
);
const OPEN = tell(
  'an answer told of room',
  'una respuesta habló de sitio libre',
  'una resposta va parlar de lloc lliure',
);
const TOO_EARLY = tell(
  'a probe did not wait longer than the one before',
  'un sondeo no esperó más que el anterior',
  'un sondeig no va esperar més que l’anterior',
);
const TOO_FEW = tell(
  'while the window was closed, no second probe came',
  'mientras la ventana estuvo cerrada no llegó un segundo sondeo',
  'mentre la finestra va ser tancada no va arribar un segon sondeig',
);
