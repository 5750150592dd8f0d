import { type Check, decide, fails, holdsWith, untold } from '../check.ts';
import type { Evidence, PacketSeen } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { playsBoth } from '../support/plays.ts';
import { incomplete } from './stream.ts';
import { isUnix, kernelCounts, tell } from './tools.ts';

const AGAIN = [
  'again',
  'again-fast',
  'again-timeout',
  'again-probe',
  'again-recovery',
  'again-needless',
  'fin-again',
  'syn-again',
  'syn-ack-again',
];

/** What is to be seen of a transfer while packets get lost, beside what every transfer shows. */
export function lossChecks(parameters: Parameters): readonly Check[] {
  if (isUnix(parameters) || !playsBoth(parameters)) return [];
  const checks: Check[] = [];
  if (parameters.number('loss') > 0) checks.push(WHAT_WAS_LOST_COMES_AGAIN, HOW_IT_WAS_NOTICED);
  // Where the device cuts segments, the kernel counts those that will be cut.
  if (parameters.optionalText('offload') === 'off') checks.push(RETRANSMISSIONS_COUNTED);
  return checks;
}

const WHAT_WAS_LOST_COMES_AGAIN: Check = {
  text: tell(
    'Whatever bytes were lost here are sent again, until they arrive: the program never notices.',
    'Los bytes que se perdieron aquí se envían de nuevo hasta que llegan: el programa no se entera.',
    'Els bytes que es van perdre aquí es tornen a enviar fins que arriben: el programa no se n’assabenta.',
  ),
  test(run) {
    const lost = run.packets({ data: true }).filter((packet) => packet.lost);
    if (lost.length === 0) return untold(NO_DATA_LOST);
    if (!run.complete) return incomplete(run, lost);
    const sent = run.packets({ data: true });
    const again = lost.map((packet) => sent.find((other) => repeats(other, packet)));
    // A copy that was not needed may be lost too: of what had been taken for lost, but had arrived.
    const missing = lost.find(
      (packet, n) => again[n] === undefined && !sent.some((other) => arrivedBefore(other, packet)),
    );
    if (missing !== undefined) return fails(tell('this was not', 'este no', 'aquest no'), missing);
    const note = tell(`lost: ${lost.length}`, `perdidos: ${lost.length}`, `perduts: ${lost.length}`);
    return holdsWith(
      note,
      lost,
      again.filter((packet) => packet !== undefined),
    );
  },
};

/** Whether a segment carries the first byte of an earlier one again. */
function repeats(other: PacketSeen, lost: PacketSeen): boolean {
  return other.time > lost.time && carriesBeginningOf(other, lost);
}

/** Whether the first byte of a segment had come with an earlier one. */
function arrivedBefore(other: PacketSeen, lost: PacketSeen): boolean {
  return other.time < lost.time && !other.lost && carriesBeginningOf(other, lost);
}

function carriesBeginningOf(other: PacketSeen, { connection, from, seq }: PacketSeen): boolean {
  return other.connection === connection && other.from === from && (seq - other.seq) >>> 0 < other.bytes;
}

const HOW_IT_WAS_NOTICED: Check = {
  text: tell(
    'Each repetition has its cause: duplicate ACKs that tell of a hole bring it at once, silence only after a while.',
    'Cada repetición tiene su causa: los ACK duplicados que avisan de un hueco la traen al momento; el silencio, solo al cabo de un rato.',
    'Cada repetició té la seva causa: els ACK duplicats que avisen d’un forat la porten de seguida; el silenci, només al cap d’una estona.',
  ),
  test(run) {
    const again = retransmissions(run);
    if (again.length === 0) return untold(NOTHING_AGAIN);
    const count = (...kinds: readonly string[]) =>
      again.filter(({ reason }) => kinds.includes(reason)).length;
    const fast = count('again-fast', 'again-recovery');
    const slow = count(
      'again-timeout',
      'again-probe',
      'again-needless',
      'fin-again',
      'syn-again',
      'syn-ack-again',
    );
    const note = tell(
      `told by ACKs: ${fast}, by silence: ${slow}`,
      `por los ACK: ${fast}, por el silencio: ${slow}`,
      `pels ACK: ${fast}, pel silenci: ${slow}`,
    );
    // Where the link is slow, a repetition may be told by neither.
    return decide(run.complete && fast + slow === again.length ? true : null, note, again);
  },
};

const RETRANSMISSIONS_COUNTED = kernelCounts(
  'TcpRetransSegs',
  tell(
    'The kernel counted as many retransmitted segments (RetransSegs) as the ladder shows.',
    'El núcleo contó tantos segmentos retransmitidos (RetransSegs) como muestra el diagrama.',
    'El nucli va comptar tants segments retransmesos (RetransSegs) com mostra el diagrama.',
  ),
  retransmissions,
);

/** What is sent again, of whatever cause. */
export function retransmissions(run: Evidence): readonly PacketSeen[] {
  return run.packets({ reason: AGAIN });
}

const NO_DATA_LOST = tell(
  'no segment with data was lost',
  'no se perdió ningún segmento con datos',
  'no es va perdre cap segment amb dades',
);
const NOTHING_AGAIN = tell('nothing was sent again', 'no se reenvió nada', 'no es va tornar a enviar res');
