import {
  type Check,
  decide,
  fails,
  holds,
  judging,
  type Proof,
  ROWS_SHOWN,
  untold,
  type Verdict,
} from '../check.ts';
import type { CallSeen, Evidence, PacketSeen } from '../evidence.ts';
import { neverCame } from '../support/plays.ts';

/** What a check of every call of a transfer goes through in about a millisecond. */
const CALLS_A_STEP = 2048;

/** Checks that fit every exercise over TCP. Which of them apply is for the scenario to say. */

/** For clients that run here: the three segments of the handshake lie between the entry of connect and its return. */
export const HANDSHAKE_IN_CONNECT: Check = {
  text: {
    en: 'The three segments of the handshake lie inside connect; the kernel of the listening side answers by itself, no accept is needed for it.',
    es: 'Los tres segmentos del establecimiento de la conexión caen dentro de connect; al otro lado contesta el núcleo por su cuenta, sin necesidad de accept.',
    ca: 'Els tres segments de l’establiment de la connexió cauen dins de connect; a l’altra banda respon el nucli pel seu compte, sense necessitat d’accept.',
  },
  test(run) {
    const connects = run.calls('*', 'connect').filter(({ ok, connection }) => ok && connection !== null);
    if (connects.length === 0)
      return run.complete ? neverCame(run, NO_CONNECT, run.calls('*', 'connect')) : incomplete(run);
    return each(connects, (connect) => {
      const steps = handshakeOf(run, connect.connection);
      if (steps.length < 3) return missing(run, connect, steps);
      const inside = steps.map((step) => run.during(step, connect));
      return decide(allOf(inside), '', connect, steps);
    });
  },
};

/** For servers that run here. */
export const ACCEPT_AFTER_HANDSHAKE: Check = {
  text: {
    en: 'accept returns after the third segment of the handshake, never before.',
    es: 'accept devuelve el control después del tercer segmento del establecimiento de la conexión, nunca antes.',
    ca: 'accept retorna després del tercer segment de l’establiment de la connexió, mai abans.',
  },
  test(run) {
    const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
    if (accepts.length === 0) return neverCame(run, NO_ACCEPT, run.calls('server', 'accept'));
    return each(accepts, (accept) => {
      const third = thirdStep(run, accept.connection);
      if (third === undefined) return missing(run, accept, []);
      return decide(run.endsBefore(third, accept), '', accept, third);
    });
  },
};

/** Every send that took bytes has them in segments, and every recv that gave bytes had them from segments. */
export const SENDS_AND_RECVS_HAVE_SEGMENTS: Check = {
  text: {
    en: 'Each send leaves as segments, and each recv takes bytes that segments have brought.',
    es: 'Cada send sale en segmentos, y cada recv se lleva bytes que han traído segmentos.',
    ca: 'Cada send surt en segments, i cada recv s’emporta bytes que han portat segments.',
  },
  *test(run) {
    const moved = run.calls('*', ['send', 'recv']).filter(({ bytes }) => bytes > 0);
    // Who is told to send nothing sends nothing.
    if (moved.length === 0 && sendsNothing(run)) return untold(NOTHING_MOVED);
    if (moved.length === 0) return neverCame(run, NOTHING_MOVED);
    const proof: (CallSeen | PacketSeen)[] = [];
    for (const [n, call] of moved.entries()) {
      if (n % CALLS_A_STEP === 0) yield;
      const packets = run.packetsOf(call, call.name === 'send' ? 'carries' : 'consumes');
      if (packets.length === 0) return missing(run, call, []);
      if (proof.length < ROWS_SHOWN) proof.push(call, ...packets);
    }
    return holds(proof);
  },
};

/** --size 0, or where no size is given an empty --message. */
function sendsNothing({ parameters }: Evidence): boolean {
  const { size, message } = parameters.all();
  return size === 0 || (typeof size !== 'number' && message === '');
}

/** For servers that read until the client ends its side, by FIN. */
export const END_IS_ZERO_BYTES: Check = {
  text: {
    en: 'recv returns 0 when the FIN of the other side has come: that is the end of the stream.',
    es: 'recv devuelve 0 cuando ha llegado el FIN del otro lado: es el final del flujo.',
    ca: 'recv retorna 0 quan ha arribat el FIN de l’altra banda: és el final del flux.',
  },
  test(run) {
    const ends = run.calls('server', 'recv').filter(({ ok, ret, length }) => ok && ret === 0 && length !== 0);
    if (ends.length === 0) return neverCame(run, NO_END, run.calls('server', 'recv'));
    return each(ends, (recv) => {
      const { connection } = recv;
      const fins = run.packets({ connection, from: 'client', flags: 'FIN' }).filter(({ lost }) => !lost);
      if (fins.length === 0) return missing(run, recv, []);
      return decide(run.endsBefore(fins.at(0), recv), '', recv, fins.at(0));
    });
  },
};

/** Where both sides close in order: not with SO_LINGER 0, not for clients that are never accepted. */
export const FIN_EACH_WAY: Check = {
  text: {
    en: 'A FIN goes each way, and the side that closed first is left in TIME_WAIT.',
    es: 'Va un FIN en cada sentido, y el lado que cerró primero se queda en TIME_WAIT.',
    ca: 'Va un FIN en cada sentit, i la banda que ha tancat primer es queda en TIME_WAIT.',
  },
  test(run) {
    const accepted = new Set(run.calls('server', 'accept').map(({ connection }) => connection));
    const connections = run.connections('tcp').filter(({ index }) => accepted.has(index));
    if (connections.length === 0) return untold(NO_ACCEPT);
    const proof: PacketSeen[] = [];
    for (const { index, clientState, serverState } of connections) {
      const fins = run.packets({ connection: index, flags: 'FIN' });
      const ways = new Set(fins.map(({ from }) => from));
      if (ways.size < 2) return run.complete ? fails(ONE_WAY, fins) : incomplete(run, fins);
      const left = fins[0]?.from === 'client' ? clientState : serverState;
      const resets = run.packets({ connection: index, flags: 'RST' });
      // A late repetition to a socket that is gone is answered by RST, which ends TIME_WAIT before its time (RFC 1337).
      if (left === 'CLOSED' && resets.length > 0) return untold(ENDED_EARLY, fins, resets);
      if (left !== 'TIME-WAIT') return decide(left === null ? null : false, leftIn(left ?? '?'), fins);
      proof.push(...fins);
    }
    return holds(proof);
  },
};

/** SYN, SYN+ACK and the first ACK of a connection, as they were sent first, whether or not they arrived. */
export function handshakeOf(run: Evidence, connection: number | null): readonly PacketSeen[] {
  const syn = run.packets({ connection, from: 'client', flags: 'SYN' })[0];
  const answer = run.packets({ connection, from: 'server', flags: 'SYN ACK' })[0];
  const [third] = run.packets({ connection, from: 'client', flags: 'ACK !SYN' });
  return [syn, answer, third].filter((step) => step !== undefined);
}

/** The client's first segment with an acknowledgement that was not lost: it completes the handshake. */
export function thirdStep(run: Evidence, connection: number | null): PacketSeen | undefined {
  return run
    .packets({ connection, from: 'client', flags: 'ACK !SYN' })
    .find(({ lost, untaken }) => !lost && untaken === null);
}

/** The same test for each of several calls, if there are any: the first that fails speaks, then the first that cannot be told. */
export function each(calls: readonly CallSeen[], test: (call: CallSeen) => Verdict): Verdict {
  return judging(calls, () => eachOf(calls, test));
}

function eachOf(calls: readonly CallSeen[], test: (call: CallSeen) => Verdict): Verdict {
  const packets: number[] = [];
  let open: Verdict | null = null;
  for (const call of calls) {
    const verdict = test(call);
    if (verdict.holds === false) return verdict;
    if (verdict.holds === null) open ??= verdict;
    else if (packets.length < ROWS_SHOWN) packets.push(...verdict.packets);
  }
  if (open !== null) return open;
  return { holds: true, calls: calls.slice(0, ROWS_SHOWN).map(({ index }) => index), packets };
}

/** Packets that should be there are not: a contradiction only where every packet was captured. */
export function missing(run: Evidence, call: CallSeen, found: readonly PacketSeen[]): Verdict {
  return run.complete ? fails(NO_PACKET, call, found) : incomplete(run, call, found);
}

/** It cannot be told, because the capture may miss packets: says why it may. */
export function incomplete(run: Evidence, ...proof: readonly Proof[]): Verdict {
  return untold(run.mayMiss ?? INCOMPLETE, ...proof);
}

function allOf(answers: readonly (boolean | null)[]): boolean | null {
  return answers.includes(false) ? false : answers.includes(null) ? null : true;
}

function leftIn(state: string): Check['text'] {
  return {
    en: `it is left in ${state}`,
    es: `se queda en ${state}`,
    ca: `es queda en ${state}`,
  };
}

const ENDED_EARLY: Check['text'] = {
  en: 'an RST ended TIME_WAIT before its time',
  es: 'un RST acabó con TIME_WAIT antes de tiempo',
  ca: 'un RST va acabar amb TIME_WAIT abans d’hora',
};
const NO_CONNECT: Check['text'] = {
  en: 'no connect succeeded',
  es: 'ningún connect ha tenido éxito',
  ca: 'cap connect no ha tingut èxit',
};
const NO_ACCEPT: Check['text'] = {
  en: 'no connection was accepted',
  es: 'no se ha aceptado ninguna conexión',
  ca: 'no s’ha acceptat cap connexió',
};
const NOTHING_MOVED: Check['text'] = {
  en: 'no bytes were sent or received',
  es: 'no se ha enviado ni recibido ningún byte',
  ca: 'no s’ha enviat ni rebut cap byte',
};
export const NO_END: Check['text'] = {
  en: 'no recv returned 0',
  es: 'ningún recv ha devuelto 0',
  ca: 'cap recv no ha retornat 0',
};
const ONE_WAY: Check['text'] = {
  en: 'there is not a FIN in each direction',
  es: 'no hay un FIN en cada sentido',
  ca: 'no hi ha un FIN en cada sentit',
};
const NO_PACKET: Check['text'] = {
  en: 'the packets that belong to it are not there',
  es: 'no están los paquetes que le corresponden',
  ca: 'no hi són els paquets que li corresponen',
};
const INCOMPLETE: Check['text'] = {
  en: 'not every packet was captured',
  es: 'no se han capturado todos los paquetes',
  ca: 'no s’han capturat tots els paquets',
};
