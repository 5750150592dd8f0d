import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { type Check, decide, fails, holds, untold } from '../check.ts';
import type { CallSeen, Evidence, PacketSeen } from '../evidence.ts';
import { incomplete } from './stream.ts';
import { tell } from './tools.ts';

/** Checks that fit every exercise over UDP. Which of them apply is for the scenario to say. */

/** Where no side of the exercise uses TCP. */
export const NO_HANDSHAKE: Check = {
  text: {
    en: 'There is no handshake before the first data and no FIN after the last.',
    es: 'No hay establecimiento de conexión antes de los primeros datos ni FIN después de los últimos.',
    ca: 'No hi ha establiment de connexió abans de les primeres dades ni FIN després de les últimes.',
  },
  test(run) {
    const tcp = run.packets({ protocol: 'tcp' }).filter(({ reason }) => reason !== 'foreign');
    if (tcp.length > 0) return fails(TCP_CAME, tcp);
    const [first] = run.packets({ protocol: 'udp' });
    if (!run.complete) return incomplete(run, first);
    return first === undefined ? untold(NO_SEND) : holds(first);
  },
};

/** Where nothing is lost and both sides run here: each datagram that a sendto gave away is what one recvfrom got. */
export const ONE_SEND_ONE_DATAGRAM_ONE_RECV: Check = {
  text: {
    en: 'One sendto is one datagram is one recvfrom.',
    es: 'Un sendto es un datagrama, y un datagrama es un recvfrom.',
    ca: 'Un sendto és un datagrama, i un datagrama és un recvfrom.',
  },
  test(run) {
    const sends = run.calls('*', ['sendto', 'send']).filter(({ ok }) => ok);
    const proof: (CallSeen | PacketSeen)[] = [];
    for (const send of sends) {
      const packets = run.packetsOf(send, 'carries', 'causes').filter(({ protocol }) => protocol !== 'icmp');
      const whole = packets.filter(({ fragment }) => !fragment);
      const readers = new Map(
        packets.flatMap((packet) => run.callsOf(packet, 'consumes').map((recv) => [recv.index, recv])),
      );
      proof.push(send, ...packets, ...readers.values());
      if (packets.length === 0 && !run.complete) return incomplete(run, send);
      const isOne = whole.length === 1 || (whole.length === 0 && packets.length > 1);
      if (!isOne || readers.size !== 1) return fails(counts(packets.length, readers.size), send, packets);
    }
    return sends.length === 0 ? fails(NO_SEND) : holds(proof);
  },
};

/** For clients that do not bind: their port is of the kernel's choosing, at the first call that needs one. ip(7) ip_local_port_range. */
export function ephemeralPort(by: 'sendto' | 'connect', isTold: boolean): Check {
  const told = isTold
    ? tell(
        '; recvfrom tells it to the server.',
        ', y recvfrom se lo dice al servidor.',
        ', i recvfrom el diu al servidor.',
      )
    : tell('.', '.', '.');
  return {
    ...EPHEMERAL_PORT,
    text: {
      en: `The client’s port is an ephemeral one, which the kernel chose at its first ${by}${told.en}`,
      es: `El puerto del cliente es efímero: lo eligió el núcleo en su primer ${by}${told.es}`,
      ca: `El port del client és efímer: el va triar el nucli en el seu primer ${by}${told.ca}`,
    },
  };
}

const EPHEMERAL_PORT: Pick<Check, 'test'> = {
  test(run) {
    const sends = run.calls('client', ['sendto', 'send', 'connect']).filter(({ ok }) => ok);
    const [first] = sends;
    if (first === undefined) return fails(NO_SEND);
    const bound = run.calls('client', 'bind');
    const port = portOf(first.local);
    if (bound.length > 0 || port === null) return fails(NO_PORT, bound, first);
    return decide(port >= 1024, { en: `port ${port}`, es: `puerto ${port}`, ca: `port ${port}` }, first);
  },
};

/** Where nobody listens, ICMP says so; whether the program learns of it is another matter. */
export function nobodyListens(tells: boolean): Check {
  return {
    text: tells
      ? {
          en: 'The kernel answers with ICMP port unreachable, and the next call on the connected socket fails with ECONNREFUSED.',
          es: 'El núcleo responde con ICMP «puerto inalcanzable», y la llamada siguiente por el socket conectado falla con ECONNREFUSED.',
          ca: 'El nucli respon amb ICMP «port inabastable», i la crida següent pel socket connectat falla amb ECONNREFUSED.',
        }
      : {
          en: 'The kernel answers with ICMP port unreachable, and the unconnected client never learns of it: only its time limit ends recvfrom (EAGAIN).',
          es: 'El núcleo responde con ICMP «puerto inalcanzable», y el cliente sin conectar no se entera: recvfrom solo acaba por su límite de tiempo (EAGAIN).',
          ca: 'El nucli respon amb ICMP «port inabastable», i el client sense connectar no se n’assabenta: recvfrom només acaba pel seu límit de temps (EAGAIN).',
        },
    test(run) {
      const icmp = run.packets({ reason: 'icmp-unreachable' });
      const errno = tells ? 'ECONNREFUSED' : 'EAGAIN';
      const ended = run.calls('client', ['send', 'recv', 'recvfrom']).filter((call) => call.errno === errno);
      if (ended.length === 0) return fails(OTHER_END, run.calls('client', ['send', 'recv', 'recvfrom']));
      if (icmp.length === 0) return run.complete ? fails(NO_ICMP) : incomplete(run, ended);
      return holds(icmp, ended);
    },
  };
}

/** Where a receive buffer of `room` bytes is smaller than the datagram. */
export function cutOff(room: number): Check {
  return {
    text: {
      en: `What does not fit into the receive buffer of ${en(room, 'byte')} is cut off and gone: the next recvfrom gives the next datagram, not the rest.`,
      es: `Lo que no cabe en el búfer de recepción de ${es(room, 'byte')} se corta y se pierde: el recvfrom siguiente da el datagrama siguiente, no el resto.`,
      ca: `El que no cap al buffer de recepció de ${ca(room, 'byte')} es talla i es perd: el recvfrom següent dona el datagrama següent, no la resta.`,
    },
    test(run) {
      const cut = run.calls('*', ['recvfrom', 'recv']).filter((recv) => {
        const brought = run.packetsOf(recv, 'consumes').reduce((sum, { bytes }) => sum + bytes, 0);
        return recv.ok && recv.length === room && recv.bytes === room && brought > recv.bytes;
      });
      if (cut.length > 0) return holds(cut, packetsOfAll(run, cut));
      return run.complete ? fails(NOT_CUT, run.calls('*', ['recvfrom', 'recv'])) : incomplete(run);
    },
  };
}

function packetsOfAll(run: Evidence, calls: readonly CallSeen[]): readonly PacketSeen[] {
  return calls.flatMap((call) => run.packetsOf(call, 'consumes'));
}

function portOf(address: string | null): number | null {
  const found = /:(\d+)$/.exec(address ?? '');
  return found === null ? null : Number(found[1]);
}

function counts(packets: number, recvs: number): Check['text'] {
  return {
    en: `packets: ${packets}, recvfrom: ${recvs}`,
    es: `paquetes: ${packets}, recvfrom: ${recvs}`,
    ca: `paquets: ${packets}, recvfrom: ${recvs}`,
  };
}

const TCP_CAME: Check['text'] = {
  en: 'there are TCP segments',
  es: 'hay segmentos TCP',
  ca: 'hi ha segments TCP',
};
const NO_SEND: Check['text'] = {
  en: 'nothing was sent',
  es: 'no se ha enviado nada',
  ca: 'no s’ha enviat res',
};
const NO_PORT: Check['text'] = {
  en: 'the port was not chosen by the kernel',
  es: 'el puerto no lo eligió el núcleo',
  ca: 'el port no el va triar el nucli',
};
const NO_ICMP: Check['text'] = {
  en: 'there is no ICMP port unreachable',
  es: 'no hay ningún ICMP «puerto inalcanzable»',
  ca: 'no hi ha cap ICMP «port inabastable»',
};
const OTHER_END: Check['text'] = {
  en: 'the client’s calls ended otherwise',
  es: 'las llamadas del cliente acabaron de otra manera',
  ca: 'les crides del client van acabar d’una altra manera',
};
const NOT_CUT: Check['text'] = {
  en: 'nothing was cut off',
  es: 'no se ha cortado nada',
  ca: 'no s’ha tallat res',
};
