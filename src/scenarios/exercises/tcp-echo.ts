import { EXIT, UserError } from '../../../capture/user-error.ts';
import type { Socket } from '../../sockets/types.ts';
import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import type { Text } from '../../words/text.ts';
import { echoChecks } from '../checks/echo.ts';
import { mistakeChecks } from '../checks/echo-mistake.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { echoQuestions } from '../questions/listen.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { clientsToServe, serving } from '../support/clients.ts';
import { judgeMistake, MISTAKES, mistakeOf, validateMistake } from '../support/echo-mistake-table.ts';
import { withoutLimit } from '../support/echo-mistakes.ts';
import { CallFailed, must } from '../support/must.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans, reportsOf, total } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { accepted, arrived, connected, eachConnection, listening } from '../support/stream.ts';
import { receive, transmit } from '../support/transmit.ts';
import { limited, quickAck, recvSize, uncork } from '../support/tune.ts';
import { readable } from '../support/wait.ts';

export {
  bothWaitClient,
  notListeningServer,
  oneRecvServer,
  refusedClient,
  replyFirstClient,
  twoSendsClient,
  uncheckedServer,
  wrongSocketServer,
} from '../support/echo-mistakes.ts';

/** Sends the message piece by piece, reads each piece's echo, and closes first. */
export function client(parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters, role.index);
  const s = connected(parameters, role);
  sleep(thinkingTime(parameters));
  const size = pieceSize(parameters);
  let echoed = 0;
  let same = true;
  for (let at = 0; at < message.length; at += size) {
    const piece = Buffer.from(message.slice(at, size));
    transmit(s, piece, parameters, role);
    uncork(s, parameters, role);
    const reply = receive(s, piece.length, parameters, role, 'client');
    echoed += reply.length;
    same &&= reply.equals(piece);
  }
  s.close();
  role.report('bytes sent', message.length);
  role.report('bytes echoed', echoed);
  role.report('echo is the same', same);
}

/** --serve iterative: one client after another; those not yet accepted wait in the backlog. */
export function iterativeServer(parameters: Parameters, role: RoleContext): void {
  let bytes = 0;
  const clients = eachConnection(parameters, role, (connection) => {
    bytes += echo(connection, parameters, role);
  });
  served(role, clients, bytes);
}

/** The server of the mistakes in which only the client errs. */
export function patientServer(parameters: Parameters, role: RoleContext): void {
  iterativeServer(withoutLimit(parameters), role);
}

/** --serve once: whoever else is in the backlog gets a reset when the listening socket is closed. */
export function onceServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  const bytes = echo(connection, parameters, role);
  connection.close();
  listener.close();
  served(role, 1, bytes);
}

/** --serve thread: this thread only accepts. */
export function threadServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  for (let n = 0; n < clientsToServe(parameters); n += 1) {
    const connection = arrived(listener, parameters, role);
    role.thread('serveOne', connection); // threads share descriptors: the new thread closes it
  }
  listener.close();
}

/** --serve process: the child inherits the accepted descriptor. */
export function processServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  for (let n = 0; n < clientsToServe(parameters); n += 1) {
    const connection = arrived(listener, parameters, role);
    role.fork('serveOne', connection);
    connection.close(); // our copy; while any process holds one, no FIN is sent
  }
  listener.close();
}

/** What a thread or a child does with the connection that it was given. */
export function serveOne(parameters: Parameters, role: RoleContext): void {
  if (role.inherited === null) throw new Error('serveOne was started without a connection');
  const connection = limited(role.inherited, parameters, role);
  const bytes = serving(parameters, () => echo(connection, parameters, role), 0);
  connection.close();
  served(role, 1, bytes);
}

/** --serve poll: one thread, all clients; poll says whose turn it is, so that no recv has to wait. */
export function pollServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connections = new Set<Socket>();
  let bytes = 0;
  let ended = 0;
  while (ended < clientsToServe(parameters)) {
    for (const ready of readable([listener, ...connections], role)) {
      if (ready === listener) {
        connections.add(accepted(listener, parameters, role));
        continue;
      }
      const length = serving(parameters, () => echoOnce(ready, parameters, role), 0);
      bytes += length;
      if (length > 0) continue;
      ready.close();
      connections.delete(ready);
      ended += 1;
    }
  }
  listener.close();
  served(role, ended, bytes);
}

/** The service itself: whatever comes goes back, until the client ends its side. */
function echo(connection: Socket, parameters: Parameters, role: RoleContext): number {
  let bytes = 0;
  for (;;) {
    const length = echoOnce(connection, parameters, role);
    if (length === 0) return bytes;
    bytes += length;
  }
}

/** One recv and its echo. Returns the number of bytes; 0 at the end of the stream, which recv tells by 0 bytes. */
function echoOnce(connection: Socket, parameters: Parameters, role: RoleContext): number {
  quickAck(connection, parameters, role);
  const data = connection.recv(recvSize(parameters, 'server'));
  // With SO_LINGER 0 the client's close sends RST instead of FIN.
  if (!data.ok && data.errno === 'ECONNRESET' && parameters.optionalNumber('linger') === 0) return 0;
  const bytes = must(role, 'recv', data);
  if (bytes.length > 0) transmit(connection, bytes, parameters, role);
  return bytes.length;
}

function served(role: RoleContext, clients: number, bytes: number): void {
  role.report('clients served', clients);
  role.report('bytes echoed', bytes);
}

/** --serve once with several clients: all but one find out that the server is gone, and that is the lesson. */
export function hopefulClient(parameters: Parameters, role: RoleContext): void {
  try {
    client(parameters, role);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error; // what failed is already printed and reported
  }
}

/** With several clients each thinks for a while before it types, so that one sees who waits for whom. */
function thinkingTime(parameters: Parameters): number {
  return parameters.optionalNumber('think') ?? (parameters.number('clients') > 1 ? 100 : 0);
}

/** More than the buffers on the way take for certain would block both sides in send, each waiting for the other to read. */
function largestPiece(parameters: Parameters): number {
  const set = ['sndbuf', 'rcvbuf', 'client-rcvbuf', 'server-rcvbuf'].map((name) =>
    parameters.optionalNumber(name),
  );
  const least = Math.min(...set.map((bytes) => bytes ?? 65_536));
  return Math.max(1024, least);
}

function messageLength(parameters: Parameters): number {
  return parameters.optionalNumber('size') ?? Buffer.byteLength(parameters.text('message'));
}

function pieceSize(parameters: Parameters): number {
  return parameters.optionalNumber('chunk') ?? largestPiece(parameters);
}

const SERVERS: Readonly<Record<string, string>> = {
  once: 'onceServer',
  iterative: 'iterativeServer',
  thread: 'threadServer',
  process: 'processServer',
  poll: 'pollServer',
};

export const scenario: Scenario = {
  id: 'tcp-echo',
  title: {
    en: 'A TCP client sends a message and gets it back',
    es: 'Un cliente TCP envía un mensaje y lo recibe de vuelta',
    ca: 'Un client TCP envia un missatge i el rep de tornada',
  },
  teaches: {
    en: 'How a connection is made, used and ended: what each call of client and server puts on the wire, and which call waits for which packet.',
    es: 'Cómo se abre, se usa y se cierra una conexión: qué pone en la red cada llamada del cliente y del servidor, y qué llamada espera a qué paquete.',
    ca: 'Com s’obre, es fa servir i es tanca una connexió: què posa a la xarxa cada crida del client i del servidor, i quina crida espera quin paquet.',
  },
  lookFor: (parameters) =>
    mistakeOf(parameters) === null ? echoChecks(parameters) : mistakeChecks(parameters),
  variants: [
    {
      options: '--clients 2',
      shows: {
        en: 'The second client’s handshake completes in the backlog, long before the server’s second accept.',
        es: 'La conexión del segundo cliente se establece en la cola de listen, mucho antes del segundo accept del servidor.',
        ca: 'La connexió del segon client s’estableix a la cua de listen, molt abans del segon accept del servidor.',
      },
    },
    {
      options: '--serve once --clients 2',
      shows: {
        en: 'The second client is connected, and then gets a reset.',
        es: 'El segundo cliente queda conectado, y luego recibe un RST.',
        ca: 'El segon client queda connectat, i després rep un RST.',
      },
    },
    {
      options: '--serve process --clients 3',
      shows: {
        en: 'Each accepted descriptor is inherited by a process of its own, and nobody waits.',
        es: 'Cada descriptor aceptado lo hereda un proceso propio, y nadie espera.',
        ca: 'Cada descriptor acceptat l’hereta un procés propi, i ningú no espera.',
      },
    },
    {
      options: '--serve poll --clients 3',
      shows: {
        en: 'One thread serves all: poll says whose turn it is.',
        es: 'Un solo hilo atiende a todos: poll dice a quién le toca.',
        ca: 'Un sol fil els atén tots: poll diu a qui li toca.',
      },
    },
    {
      options: '--mistake one-recv',
      shows: {
        en: 'One recv is taken for the whole message, though it returned only a part.',
        es: 'Un recv se toma por el mensaje entero, aunque solo ha devuelto una parte.',
        ca: 'Un recv es pren pel missatge sencer, encara que només n’ha tornat una part.',
      },
    },
    {
      options: '--family ipv6',
      shows: {
        en: 'The same over IPv6: only the addresses are longer.',
        es: 'Lo mismo sobre IPv6: solo las direcciones son más largas.',
        ca: 'El mateix sobre IPv6: només les adreces són més llargues.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'The same calls in the UNIX domain, without a single packet.',
        es: 'Las mismas llamadas en el dominio UNIX, sin un solo paquete.',
        ca: 'Les mateixes crides al domini UNIX, sense ni un paquet.',
      },
    },
  ],
  questions: echoQuestions,
  protocol: 'tcp',
  servesUntilEnded: true,
  parameters: [
    ...[
      'message',
      'size',
      'send-mode',
      'chunk',
      'recv-buffer',
      'client-recv-buffer',
      'server-recv-buffer',
      'think',
    ],
    ...[
      'family',
      'port',
      'clients',
      'serve',
      'mistake',
      'backlog',
      'reuseaddr',
      'sndbuf',
      'rcvbuf',
      'client-rcvbuf',
    ],
    ...['server-rcvbuf', 'nodelay', 'cork', 'quickack', 'linger', 'timeout', 'congestion', 'role'],
  ],
  defaults: { message: 'hello', 'recv-buffer': 1024 },
  narrow: {
    size: { max: 1 << 30 },
    think: {
      help: {
        en: 'how long a client waits between connect and its message (100 with several clients when not given)',
        es: 'cuánto espera un cliente entre connect y su mensaje (100 con varios clientes si no se dice)',
        ca: 'quant espera un client entre connect i el seu missatge (100 amb més d’un client si no es diu)',
      },
    },
    mistake: {
      choices: {
        none: { en: 'no mistake', es: 'ningún error', ca: 'cap error' },
        ...Object.fromEntries(Object.entries(MISTAKES).map(([name, { text }]) => [name, text])),
      },
    },
  },
  validate(parameters) {
    if (mistakeOf(parameters) !== null) validateMistake(parameters, messageLength(parameters));
    const most = largestPiece(parameters);
    const chunk = parameters.optionalNumber('chunk');
    if (chunk === null || chunk <= most) return;
    throw new UserError(
      `--chunk ${chunk}: an echo of more than ${most} bytes at once can block both sides in send, each waiting for the other to read`,
      {
        hint: `give --chunk ${most} or less, or see tcp-transfer, which sends one way only`,
        exitCode: EXIT.usage,
      },
    );
  },
  roles(parameters) {
    const mistake = mistakeOf(parameters);
    if (mistake !== null) return plans(parameters, mistake);
    const once = parameters.text('serve') === 'once' && parameters.number('clients') > 1;
    const server = SERVERS[parameters.text('serve')] ?? 'iterativeServer';
    return plans(parameters, { server, client: once ? 'hopefulClient' : 'client', ready: 'listen' });
  },
  judge(parameters, outcome) {
    const mistake = mistakeOf(parameters);
    if (mistake !== null) return [...badEnds(outcome), ...judgeMistake(mistake, outcome)];
    return [...badEnds(outcome), ...judgeClients(parameters, outcome), ...judgeServer(parameters, outcome)];
  },
};

function judgeClients(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.text('role') === 'server') return [];
  const reports = [...reportsOf(outcome, 'client')];
  const good = reports.filter(([, report]) => report['echo is the same'] === true);
  if (parameters.text('serve') === 'once') {
    const refused = reports.filter(([, report]) =>
      /ECONNRESET|ECONNREFUSED|EPIPE/.test(String(report.failed)),
    );
    if (good.length === 1 && good.length + refused.length === parameters.number('clients')) return [];
    return [
      tell(
        `one client should be served and the others reset, but ${good.length} were served and ${refused.length} reset`,
        `se debía atender a un cliente y cortar a los demás, pero se atendió a ${good.length} y se cortó a ${refused.length}`,
        `s’havia d’atendre un client i tallar els altres, però se n’han atès ${good.length} i tallat ${refused.length}`,
      ),
    ];
  }
  if (good.length === parameters.number('clients')) return [];
  return [
    tell(
      `${good.length} of ${en(parameters.number('clients'), 'client')} got their message back`,
      `${good.length} de ${es(parameters.number('clients'), 'cliente')} recibieron de vuelta su mensaje`,
      `${good.length} de ${ca(parameters.number('clients'), 'client')} han rebut de tornada el seu missatge`,
    ),
  ];
}

function judgeServer(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.text('role') !== 'both') return [];
  const expected = parameters.text('serve') === 'once' ? 1 : parameters.number('clients');
  const clients = total(outcome, 'server', 'clients served');
  const echoed = total(outcome, 'server', 'bytes echoed');
  const got = total(outcome, 'client', 'bytes echoed');
  const problems: Text[] = [];
  if (clients !== expected)
    problems.push(
      tell(
        `the server served ${clients} of ${en(expected, 'client')}`,
        `el servidor atendió a ${clients} de ${es(expected, 'cliente')}`,
        `el servidor ha atès ${clients} de ${ca(expected, 'client')}`,
      ),
    );
  if (echoed !== got)
    problems.push(
      tell(
        `the server echoed ${en(echoed, 'byte')}, but ${got} came back`,
        `el servidor devolvió ${es(echoed, 'byte')}, pero volvieron ${got}`,
        `el servidor ha tornat ${ca(echoed, 'byte')}, però n’han arribat ${got}`,
      ),
    );
  return problems;
}
