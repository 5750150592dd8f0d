import { byCount } from '../../words/parts.ts';
import { type Check, decide, fails, holdsWith, untold } from '../check.ts';
import type { CallSeen, Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { payloadOf } from '../support/payload.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { incomplete } from './stream.ts';
import { isUndisturbed, isUnix, onWire, tell } from './tools.ts';

/** A segment of our sends is never smaller than this where chunk and message are larger: the least MTU is 576. */
const SURE_SEGMENT = 256;

/** What is to be seen when the same bytes are read with each of `sizes`. */
export function recvSizesChecks(parameters: Parameters, sizes: readonly number[]): readonly Check[] {
  const { length } = payloadOf(parameters);
  const chunk = parameters.number('chunk');
  const checks: Check[] = [];
  if (plays(parameters, 'server')) checks.push(NO_MORE_THAN_ASKED);
  if (playsBoth(parameters)) {
    checks.push(sameBytes(length));
    if (Math.max(...sizes) > Math.min(...sizes) && length > Math.min(...sizes)) checks.push(MORE_CALLS);
    const small = Math.min(...sizes) < Math.min(chunk, length, SURE_SEGMENT);
    if (small && !isUnix(parameters)) checks.push(SEGMENT_IN_PARTS);
    const large = Math.max(...sizes) > chunk && length > chunk && !parameters.flag('cork');
    if (large && isUndisturbed(parameters) && !isUnix(parameters)) checks.push(SEGMENTS_TOGETHER);
  }
  return [...(isUnix(parameters) ? onWire(parameters, []) : []), ...checks];
}

const NO_MORE_THAN_ASKED: Check = {
  text: tell(
    'No recv returns more than it asks for, and none waits for more than is there.',
    'Ningún recv devuelve más de lo que pide, y ninguno espera a que haya más de lo que hay.',
    'Cap recv no retorna més del que demana, i cap no espera que hi hagi més del que hi ha.',
  ),
  test(run) {
    const recvs = run.calls('server', 'recv').filter(({ ok }) => ok);
    const wrong = recvs.filter(({ bytes, length }) => bytes > (length ?? 0));
    return wrong.length > 0
      ? fails(tell('more came', 'llegó más', 'va arribar més'), wrong)
      : decide(recvs.length > 0, '', recvs);
  },
};

function sameBytes(length: number): Check {
  return {
    text: tell(
      `However they are read, the same ${byCount(length, 'byte comes', `${length} bytes come`)} over each connection.`,
      `Se lean como se lean, por cada conexión ${byCount(length, 'llega el mismo byte', `llegan los mismos ${length} bytes`)}.`,
      `Es llegeixin com es llegeixin, per cada connexió ${byCount(length, 'arriba el mateix byte', `arriben els mateixos ${length} bytes`)}.`,
    ),
    test(run) {
      const sums = [...readsBySocket(run).values()].map((recvs) => total(recvs));
      const counts = sums.join(', ');
      return decide(
        sums.length > 0 && sums.every((sum) => sum === length),
        tell(`bytes: ${counts}`, `bytes: ${counts}`, `bytes: ${counts}`),
      );
    },
  };
}

const MORE_CALLS: Check = {
  text: tell(
    'The smaller the reads, the more of them it takes.',
    'Cuanto más pequeñas las lecturas, más hacen falta.',
    'Com més petites són les lectures, més en calen.',
  ),
  test(run) {
    const reads = [...readsBySocket(run).values()]
      .map((recvs) => ({ size: recvs[0]?.length ?? 0, count: recvs.filter(({ bytes }) => bytes > 0).length }))
      .sort((a, b) => a.size - b.size);
    const text = reads.map(({ size, count }) => `recv(${size}) × ${count}`).join(', ');
    const first = reads[0]?.count ?? 0;
    const last = reads.at(-1)?.count ?? 0;
    return decide(first > last || last > 1, tell(text, text, text));
  },
};

const SEGMENT_IN_PARTS: Check = {
  text: tell(
    'A segment that brings more than a recv asks for is taken by several recvs.',
    'Un segmento que trae más de lo que pide un recv se lo llevan varios recv.',
    'Un segment que porta més del que demana un recv se l’emporten uns quants recv.',
  ),
  test(run) {
    for (const packet of run.packets({ from: 'client', data: true })) {
      const recvs = run.callsOf(packet, 'consumes');
      if (recvs.length > 1) return holdsWith(counted(recvs.length), packet, recvs);
    }
    return run.complete ? fails(NONE) : incomplete(run);
  },
};

const SEGMENTS_TOGETHER: Check = {
  text: tell(
    'A recv that asks for more takes the bytes of several segments, of several sends, at once.',
    'Un recv que pide más se lleva de una vez los bytes de varios segmentos, de varios send.',
    'Un recv que demana més s’emporta d’un cop els bytes d’uns quants segments, d’uns quants send.',
  ),
  test(run) {
    for (const recv of run.calls('server', 'recv')) {
      const packets = run.packetsOf(recv, 'consumes');
      if (packets.length > 1) return holdsWith(counted(packets.length), recv, packets);
    }
    // The server’s patience with the poll that waits for the client’s end may have run out.
    const late = run.calls('server', 'poll').some(({ ret }) => ret === 0);
    if (!run.complete) return incomplete(run);
    return late ? untold(NONE) : fails(NONE);
  },
};

function readsBySocket(run: Evidence): ReadonlyMap<string | null, readonly CallSeen[]> {
  const reads = new Map<string | null, CallSeen[]>();
  for (const recv of run.calls('server', 'recv')) {
    const list = reads.get(recv.socket);
    if (list === undefined) reads.set(recv.socket, [recv]);
    else list.push(recv);
  }
  return reads;
}

function total(calls: readonly CallSeen[]): number {
  return calls.reduce((sum, { bytes }) => sum + bytes, 0);
}

function counted(count: number): Check['text'] {
  return tell(`here ${count}`, `aquí ${count}`, `aquí ${count}`);
}

const NONE = tell('there is none', 'no hay ninguno', 'no n’hi ha cap');
