import { SOCK_DGRAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Address, CallResult, Socket } from '../../sockets/types.ts';
import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import type { Text } from '../../words/text.ts';
import type { Check } from '../check.ts';
import {
  cutOff,
  ephemeralPort,
  NO_HANDSHAKE,
  nobodyListens,
  ONE_SEND_ONE_DATAGRAM_ONE_RECV,
} from '../checks/datagram.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { udpEchoQuestions } from '../questions/datagram.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { clientName, domain, serverAddress } from '../support/address.ts';
import { announceClient, announceServer, clientsToServe } from '../support/clients.ts';
import { A_PERSON_MS } from '../support/datagram-end.ts';
import { must, opened } from '../support/must.ts';
import { payloadOf } from '../support/payload.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { badEnds, plans, reportsOf, total } from '../support/roles.ts';
import { recvSize, setBuffers } from '../support/tune.ts';

/** What fits into one IPv4 datagram beside both headers: 65535 - 20 - 8. */
const LARGEST_DATAGRAM = 65_507;

/** Sends back each datagram to the address that it came from; there is no connection, and no end. */
export function server(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'server', role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  announceServer(parameters, role);
  // A datagram may be lost on its way: then nobody comes, and nothing tells the server so.
  if (parameters.number('loss') > 0)
    must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(4 * patience(parameters)));
  let datagrams = 0;
  let bytes = 0;
  while (datagrams < clientsToServe(parameters)) {
    const got = s.recvfrom(recvSize(parameters, 'server'));
    if (!got.ok && got.errno === 'EAGAIN') break;
    const { data, from } = must(role, 'recvfrom', got);
    announceClient(from, parameters, role, data.length);
    must(role, 'sendto', s.sendto(data, from ?? ''));
    datagrams += 1;
    bytes += data.length;
  }
  s.close();
  role.report('datagrams echoed', datagrams);
  role.report('bytes echoed', bytes);
}

/** One datagram there and one back; SO_RCVTIMEO ends the wait for a reply that does not come. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters, role.index);
  const data = message.slice(0, message.length);
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'client', role);
  // The kernel gives an Internet socket an ephemeral port with its first send; a UNIX socket needs a name to be answered.
  const name = clientName(parameters, role.index);
  if (name !== null) must(role, 'bind', s.bind(name));
  must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(patience(parameters)));
  const reply = parameters.flag('connect')
    ? askConnected(s, data, parameters)
    : askAnybody(s, data, parameters);
  s.close();
  role.report('bytes sent', data.length);
  if (!reply.ok) {
    role.report('no reply', reply.errno);
    role.print(`no reply: ${reply.errno}`);
    return;
  }
  role.report('bytes echoed', reply.value.length);
  role.report('echo is the same', reply.value.equals(data.subarray(0, reply.value.length)));
}

/** sendto names the address each time; whoever sends to our port is heard. */
function askAnybody(s: Socket, data: Buffer, parameters: Parameters): CallResult<Buffer> {
  const sent = s.sendto(data, serverAddress(parameters));
  if (!sent.ok) return sent;
  const got = s.recvfrom(recvSize(parameters, 'client'));
  return got.ok ? { ok: true, value: got.value.data } : got;
}

/** connect on a datagram socket sends nothing: it fixes the other address, and lets ICMP errors reach the next call. */
function askConnected(s: Socket, data: Buffer, parameters: Parameters): CallResult<Buffer> {
  const address: Address = serverAddress(parameters);
  const connected = s.connect(address);
  if (!connected.ok) return connected;
  const sent = s.send(data);
  return sent.ok ? s.recv(recvSize(parameters, 'client')) : sent;
}

/** Whether there is a server that takes the datagrams. */
function isHeard(parameters: Parameters): boolean {
  return parameters.text('server') !== 'none';
}

function patience(parameters: Parameters): number {
  const stepping = parameters.flag('step') && parameters.text('server') !== 'none';
  return parameters.optionalNumber('timeout') ?? (stepping ? A_PERSON_MS : 1000);
}

export const scenario: Scenario = {
  id: 'udp-echo',
  title: {
    en: 'A UDP client sends a datagram and gets it back',
    es: 'Un cliente UDP envía un datagrama y lo recibe de vuelta',
    ca: 'Un client UDP envia un datagrama i el rep de tornada',
  },
  teaches: {
    en: 'What a datagram socket does without: no connection, no end, no answer unless the program gives one. And how a client learns, or does not learn, that nobody listens.',
    es: 'De qué prescinde un socket de datagramas: ni conexión, ni final, ni respuesta si el programa no la da. Y cómo se entera, o no, un cliente de que nadie escucha.',
    ca: 'De què prescindeix un socket de datagrames: ni connexió, ni final, ni resposta si el programa no la dona. I com s’assabenta, o no, un client que ningú no escolta.',
  },
  lookFor(parameters) {
    if (parameters.text('family') === 'unix') return [];
    const checks: Check[] = [NO_HANDSHAKE];
    if (plays(parameters, 'client'))
      checks.push(ephemeralPort(parameters.flag('connect') ? 'connect' : 'sendto', isHeard(parameters)));
    if (parameters.number('loss') > 0) return checks;
    if (parameters.text('server') === 'none') return [...checks, nobodyListens(parameters.flag('connect'))];
    if (playsBoth(parameters)) checks.push(ONE_SEND_ONE_DATAGRAM_ONE_RECV);
    const room = recvSize(parameters, 'server');
    if (plays(parameters, 'server') && (parameters.optionalNumber('size') ?? 0) > room)
      checks.push(cutOff(room));
    return checks;
  },
  variants: [
    {
      options: '--server none',
      shows: {
        en: 'The kernel answers with ICMP port unreachable, and the unconnected client never learns of it.',
        es: 'El núcleo responde con ICMP «puerto inalcanzable», y el cliente sin conectar no se entera.',
        ca: 'El nucli respon amb ICMP «port inabastable», i el client sense connectar no se n’assabenta.',
      },
    },
    {
      options: '--server none --connect',
      shows: {
        en: 'The same ICMP message makes the next call fail with ECONNREFUSED.',
        es: 'El mismo mensaje ICMP hace fallar la llamada siguiente con ECONNREFUSED.',
        ca: 'El mateix missatge ICMP fa fallar la crida següent amb ECONNREFUSED.',
      },
    },
    {
      options: '--size 2000',
      shows: {
        en: 'What does not fit into the receive buffer is cut off and gone.',
        es: 'Lo que no cabe en el búfer de recepción se corta y se pierde.',
        ca: 'El que no cap al buffer de recepció es talla i es perd.',
      },
    },
    {
      options: '--clients 3',
      shows: {
        en: 'One socket of the server answers all: recvfrom says who it was.',
        es: 'Un solo socket del servidor responde a todos: recvfrom dice quién era.',
        ca: 'Un sol socket del servidor respon a tots: recvfrom diu qui era.',
      },
    },
  ],
  questions: udpEchoQuestions,
  protocol: 'udp',
  servesUntilEnded: true,
  parameters: [
    ...[
      'message',
      'size',
      'recv-buffer',
      'client-recv-buffer',
      'server-recv-buffer',
      'family',
      'port',
      'server',
    ],
    ...['connect', 'clients', 'sndbuf', 'rcvbuf', 'client-rcvbuf', 'server-rcvbuf', 'timeout', 'role'],
  ],
  defaults: { message: 'hello', 'recv-buffer': 1024 },
  narrow: {
    size: { max: LARGEST_DATAGRAM },
    timeout: {
      help: {
        en: 'how long the client waits for its reply (1000 when not given)',
        es: 'cuánto espera el cliente su respuesta (1000 si no se dice)',
        ca: 'quant espera el client la seva resposta (1000 si no es diu)',
      },
    },
  },
  roles(parameters) {
    const server = parameters.text('server') === 'none' ? null : 'server';
    return plans(parameters, { server, client: 'client', ready: 'bind' });
  },
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    if (parameters.text('role') === 'server') return ends;
    if (parameters.text('server') === 'none') return [...ends, ...judgeSilence(parameters, outcome)];
    return [...ends, ...judgeEchoes(parameters, outcome)];
  },
};

/** Nobody listens: a connected socket learns it by ECONNREFUSED, a UNIX socket at once, any other never. */
function judgeSilence(parameters: Parameters, outcome: Outcome): readonly Text[] {
  const told = parameters.flag('connect') || parameters.text('family') === 'unix';
  const expected = told ? ['ECONNREFUSED'] : ['EAGAIN'];
  // Where packets are lost, the ICMP message may be among them.
  if (parameters.number('loss') > 0) expected.push('EAGAIN');
  const problems: Text[] = [];
  for (const [role, report] of reportsOf(outcome, 'client')) {
    const got = String(report['no reply'] ?? 'a reply');
    if (!expected.includes(got))
      problems.push(
        tell(
          `${role} should have got ${expected.join(' or ')}, and got ${got}`,
          `${role} debía recibir ${expected.join(' o ')}, y recibió ${got}`,
          `${role} havia de rebre ${expected.join(' o ')}, i ha rebut ${got}`,
        ),
      );
  }
  return problems;
}

function judgeEchoes(parameters: Parameters, outcome: Outcome): readonly Text[] {
  const server =
    parameters.text('role') === 'both' ? recvSize(parameters, 'server') : Number.POSITIVE_INFINITY;
  const most = Math.min(server, recvSize(parameters, 'client'));
  const problems: Text[] = [];
  for (const [role, report] of reportsOf(outcome, 'client')) {
    if (report['no reply'] !== undefined) {
      if (parameters.number('loss') === 0)
        problems.push(
          tell(
            `${role} got no reply: ${report['no reply']}`,
            `${role} no recibió respuesta: ${report['no reply']}`,
            `${role} no ha rebut resposta: ${report['no reply']}`,
          ),
        );
      continue;
    }
    const expected = Math.min(Number(report['bytes sent']), most);
    if (report['bytes echoed'] !== expected) {
      const back = Number(report['bytes echoed'] ?? 0);
      problems.push(
        tell(
          `${role} got ${en(back, 'byte')} back instead of ${expected}`,
          `a ${role} le ${back === 1 ? 'volvió' : 'volvieron'} ${es(back, 'byte')} en vez de ${expected}`,
          `a ${role} li ${back === 1 ? 'ha' : 'han'} tornat ${ca(back, 'byte')} en lloc de ${expected}`,
        ),
      );
    } else if (report['echo is the same'] !== true)
      problems.push(
        tell(
          `${role} got other bytes back than it sent`,
          `a ${role} le volvieron otros bytes que los que envió`,
          `a ${role} li han tornat altres bytes que els que havia enviat`,
        ),
      );
  }
  if (parameters.text('role') !== 'both' || parameters.number('loss') > 0) return problems;
  const echoed = total(outcome, 'server', 'datagrams echoed');
  if (echoed !== parameters.number('clients'))
    problems.push(
      tell(
        `the server echoed ${en(echoed, 'datagram')}`,
        `el servidor devolvió ${es(echoed, 'datagrama')}`,
        `el servidor ha tornat ${ca(echoed, 'datagrama', 'datagrames')}`,
      ),
    );
  return problems;
}
