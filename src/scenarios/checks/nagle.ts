import { type Check, decide, judging, untold } from '../check.ts';
import type { Evidence, PacketSeen } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { given } from '../support/tune.ts';
import { incomplete } from './stream.ts';
import { absent, countedNote, found, isUndisturbed, notOurs, tell } from './tools.ts';

/** A write of less is smaller than any segment could be: the least MTU is 576. */
const SMALL = 400;
/** A kernel lets corked bytes go after 200 ms whatever comes (tcp(7)). */
const CORK_LIMIT_MS = 150;

/** What is to be seen of rounds of small writes. */
export function nagleChecks(parameters: Parameters): readonly Check[] {
  if (!plays(parameters, 'client')) return [];
  const writes = parameters.number('writes');
  const small = parameters.number('chunk') * writes <= SMALL;
  const cork = parameters.flag('cork');
  const checks: Check[] = [];
  if (cork && small) checks.push(ONE_SEGMENT_A_ROUND);
  if (parameters.flag('nodelay') || writes === 1) checks.push(NOTHING_WAITS);
  if (!playsBoth(parameters) || !isUndisturbed(parameters)) return checks;
  const plain = !cork && !parameters.flag('nodelay') && small && writes > 1;
  if (plain && !parameters.flag('quickack') && parameters.number('rounds') > 2 && isRoomy(parameters))
    checks.push(WAITS_FOR_ACK, ACK_IS_DELAYED);
  if (parameters.flag('quickack') && writes > 1) checks.push(ACK_AT_ONCE);
  return [...checks, DELAYED_COUNTED];
}

/** Buffers that are not so small that the window plays a part. */
function isRoomy(parameters: Parameters): boolean {
  return ['sndbuf', 'rcvbuf', 'client-rcvbuf', 'server-rcvbuf'].every(
    (name) => given(parameters, name) === null,
  );
}

const WAITS_FOR_ACK: Check = {
  text: tell(
    'The second small send of a round is copied at once, but its bytes leave only when the ACK of the first has come: Nagle’s algorithm.',
    'El segundo send pequeño de una vuelta se copia enseguida, pero sus bytes no salen hasta que llega el ACK del primero: el algoritmo de Nagle.',
    'El segon send petit d’una volta es copia de seguida, però els seus bytes no surten fins que arriba l’ACK del primer: l’algorisme de Nagle.',
  ),
  test(run) {
    const held = run.packets({ from: 'client', reason: 'data-nagle' });
    const sends = held.flatMap((packet) => run.callsOf(packet, 'carries'));
    const late = held.map((packet, n) => packet.time - (sends[n]?.returned ?? packet.time));
    const most = Math.round(Math.max(0, ...late));
    return found(run, held, tell(`up to ${most} ms`, `hasta ${most} ms`, `fins a ${most} ms`));
  },
};

const ACK_IS_DELAYED: Check = {
  text: tell(
    'That ACK is a delayed one: the server’s kernel waits some 40 ms for bytes of its own to send it along with, which do not come before the whole round is there.',
    'Ese ACK va retrasado: el núcleo del servidor espera unos 40 ms por si hay bytes propios con los que mandarlo, que no llegan hasta que está la vuelta entera.',
    'Aquest ACK va retardat: el nucli del servidor espera uns 40 ms per si hi ha bytes propis amb què enviar-lo, que no arriben fins que hi ha tota la volta.',
  ),
  test: (run) => found(run, delayed(run), tell('delayed ACKs', 'ACK retrasados', 'ACK retardats')),
};

/** Linux delays an ACK by 40 ms at least (TCP_DELACK_MIN). */
const DELAYED_MS = 36;

const ACK_AT_ONCE: Check = {
  text: tell(
    'With TCP_QUICKACK before each recv no ACK is delayed, so that no bytes have to wait for one.',
    'Con TCP_QUICKACK antes de cada recv ningún ACK se retrasa, y así ningún byte tiene que esperarlo.',
    'Amb TCP_QUICKACK abans de cada recv cap ACK no es retarda, i així cap byte no l’ha d’esperar.',
  ),
  test(run) {
    const late = run.packets({ from: 'client', reason: 'data-nagle' }).filter((packet) => {
      const [send] = run.callsOf(packet, 'carries');
      return send !== undefined && packet.time - send.returned >= DELAYED_MS;
    });
    const sends = run.calls('client', 'send');
    return absent(run, late, tell('these waited', 'estos esperaron', 'aquests van esperar'), sends);
  },
};

const NOTHING_WAITS: Check = {
  text: tell(
    'No bytes of the client wait for an ACK: each send leaves at once.',
    'Ningún byte del cliente espera un ACK: cada send sale enseguida.',
    'Cap byte del client no espera un ACK: cada send surt de seguida.',
  ),
  test: (run) =>
    absent(
      run,
      run.packets({ from: 'client', reason: 'data-nagle' }),
      tell('these waited', 'estos esperaron', 'aquests van esperar'),
      run.calls('client', 'send'),
    ),
};

const ONE_SEGMENT_A_ROUND: Check = {
  text: tell(
    'TCP_CORK holds the small sends back until it is taken off: each round leaves as one segment.',
    'TCP_CORK retiene los send pequeños hasta que se quita: cada vuelta sale en un solo segmento.',
    'TCP_CORK reté els send petits fins que es treu: cada volta surt en un sol segment.',
  ),
  test(run) {
    const packets = run
      .packets({ from: 'client', data: true })
      .filter(({ reason }) => !reason.startsWith('again'));
    const rounds = run.parameters.number('rounds');
    if (!run.complete) return incomplete(run, packets);
    if (corkedTooLong(run)) return untold(LONG, packets);
    const note = tell(
      `segments: ${packets.length}`,
      `segmentos: ${packets.length}`,
      `segments: ${packets.length}`,
    );
    return decide(packets.length === rounds, note, packets);
  },
};

function corkedTooLong(run: Evidence): boolean {
  const corks = run.calls('client', 'setsockopt').filter(({ args }) => String(args.name) === 'TCP_CORK');
  return corks.some(
    ({ args, entered }, n) => args.value === 1 && (corks[n + 1]?.returned ?? 0) - entered > CORK_LIMIT_MS,
  );
}

const DELAYED_COUNTED: Check = {
  text: tell(
    'The kernel counted as many delayed ACKs (DelayedACKs) as the ladder shows.',
    'El núcleo contó tantos ACK retrasados (DelayedACKs) como muestra el diagrama.',
    'El nucli va comptar tants ACK retardats (DelayedACKs) com mostra el diagrama.',
  ),
  test(run) {
    const sure = delayed(run);
    const counted = run.counter('TcpExtDelayedACKs');
    if (counted === null) return untold(notOurs(run), sure);
    if (!run.complete) return incomplete(run, sure);
    const note = countedNote('TcpExtDelayedACKs', counted, sure.length);
    const others = lateOtherwise(run, sure);
    // On a busy machine a read may be as late as the timer: which of them sent the ACK cannot be seen then.
    if (counted > sure.length && counted <= sure.length + others.length) return untold(note, others);
    return judging(run.connections('tcp'), () => decide(counted === sure.length, note, sure));
  },
};

/** Linux delays an ACK by 40 ms at least, measured in ticks of 4 ms or less. */
const DELAY_MS = 35;

/** ACKs that left so late that the timer may have sent them, though the ladder names something else. */
function lateOtherwise(run: Evidence, sure: readonly PacketSeen[]): readonly PacketSeen[] {
  const all = run.packets({ protocol: 'tcp' });
  return run.packets({ flags: 'ACK !SYN', data: false }).filter((ack) => {
    const news = all.findLast(
      ({ connection, from, time, bytes, flags }) =>
        connection === ack.connection &&
        from !== ack.from &&
        time < ack.time &&
        (bytes > 0 || flags.includes('FIN')),
    );
    return (
      news !== undefined && ack.time - news.time >= DELAY_MS && !sure.some(({ index }) => index === ack.index)
    );
  });
}

function delayed(run: Evidence): readonly PacketSeen[] {
  return run.packets({ reason: 'ack-delayed' });
}

const LONG = tell(
  'the cork was on for longer than the kernel’s 200 ms',
  'TCP_CORK duró más de los 200 ms del núcleo',
  'TCP_CORK va durar més dels 200 ms del nucli',
);
