import type { Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { chargenChecks } from '../checks/chargen.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { chargenQuestions } from '../questions/flow.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { clientsToServe } from '../support/clients.ts';
import { askDatagram, datagramClient, eachDatagram, isTcp } from '../support/inetd.ts';
import { must } from '../support/must.ts';
import { INETD, INTERNET } from '../support/parameter-lists.ts';
import { mayLose } from '../support/patience.ts';
import { randomPayload } from '../support/payload.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { connected, eachConnection } from '../support/stream.ts';
import { receive } from '../support/transmit.ts';

/** Over TCP it sends without end, and only an error stops it; over UDP each datagram gets 0 to 512 characters (RFC 864). */
export function server(parameters: Parameters, role: RoleContext): void {
  if (isTcp(parameters))
    eachConnection(parameters, role, (connection) => generate(connection, parameters, role));
  else {
    const lengths = randomPayload(2 * ASKED_AT_MOST, parameters.number('seed')).slice(0, 2 * ASKED_AT_MOST);
    let n = 0;
    eachDatagram(
      clientsToServe(parameters) * parameters.number('rounds'),
      parameters,
      role,
      (s, { from }) => {
        const length = lengths.readUInt16BE((2 * n++) % lengths.length) % 513;
        must(role, 'sendto', s.sendto(characters(0, length), from ?? ''));
      },
    );
  }
}

function generate(connection: Socket, parameters: Parameters, role: RoleContext): void {
  const size = parameters.number('chunk');
  let bytes = 0;
  for (;;) {
    const sent = connection.send(characters(bytes, size));
    if (!sent.ok) {
      role.report('send failed with', sent.errno);
      break;
    }
    bytes += sent.value;
  }
  role.report('bytes generated', bytes);
}

/** Over TCP it reads --take bytes, stops reading for --reader-pause, and closes with the rest unread. */
export function client(parameters: Parameters, role: RoleContext): void {
  if (!isTcp(parameters)) {
    askAgain(parameters, role);
    return;
  }
  const s = connected(parameters, role);
  const text = receive(s, parameters.number('take'), parameters, role, 'client');
  role.print(text.toString('latin1', 0, 2 * LINE).trimEnd());
  sleep(parameters.number('reader-pause'));
  s.close();
  role.report('bytes read', text.length);
  role.report('as generated', text.equals(characters(0, text.length)));
}

function askAgain(parameters: Parameters, role: RoleContext): void {
  const s = datagramClient(parameters, role);
  let good = 0;
  for (let n = 0; n < parameters.number('rounds'); n += 1) {
    const answer = askDatagram(s, Buffer.from('?'), parameters, role);
    if (answer?.equals(characters(0, answer.length))) good += 1;
  }
  s.close();
  role.report('good answers', good);
}

const ASKED_AT_MOST = 1000;
/** A line: 72 of the 95 characters that can be printed, each line beginning one further; carriage return, line feed. */
const LINE = 74;

function characters(offset: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; at += 1) {
    const line = Math.floor((offset + at) / LINE);
    const column = (offset + at) % LINE;
    bytes[at] = column === 72 ? 0x0d : column === 73 ? 0x0a : 0x20 + ((line + column) % 95);
  }
  return bytes;
}

export const scenario: Scenario = {
  id: 'chargen',
  title: tell(
    'The chargen service (port 19): a server that never stops, and a client that stops reading',
    'El servicio chargen (puerto 19): un servidor que no para y un cliente que deja de leer',
    'El servei chargen (port 19): un servidor que no s’atura i un client que deixa de llegir',
  ),
  teaches: tell(
    'What becomes of a sender whose receiver stops reading: the window closes and send blocks; and what becomes of it when the receiver closes with bytes unread: a reset.',
    'Qué le pasa al emisor cuando el receptor deja de leer: la ventana se cierra y send se bloquea; y qué le pasa cuando el receptor cierra con bytes sin leer: un RST.',
    'Què li passa a l’emissor quan el receptor deixa de llegir: la finestra es tanca i send es bloqueja; i què li passa quan el receptor tanca amb bytes sense llegir: un RST.',
  ),
  lookFor: chargenChecks,
  questions: chargenQuestions,
  protocol: 'both',
  servesUntilEnded: true,
  parameters: ['take', 'reader-pause', 'rounds', 'chunk', ...INETD],
  defaults: {
    ...{ port: 19, take: 1480, 'reader-pause': 800, chunk: 3700, 'recv-buffer': 2048 },
    ...{ sndbuf: 16_384, 'client-rcvbuf': 8192 },
  },
  narrow: {
    family: { choices: INTERNET },
    take: { max: 1_000_000 },
    chunk: {
      help: {
        en: 'bytes given to one send call of the server',
        es: 'bytes que se dan a cada llamada a send del servidor',
        ca: 'bytes que es donen a cada crida a send del servidor',
      },
      max: 100_000,
    },
    'reader-pause': {
      help: {
        en: 'how long the client does not read before it closes',
        es: 'cuánto tiempo deja de leer el cliente antes de cerrar',
        ca: 'quanta estona deixa de llegir el client abans de tancar',
      },
    },
    rounds: {
      help: {
        en: 'how often the client asks (UDP)',
        es: 'cuántas veces pregunta el cliente (UDP)',
        ca: 'quantes vegades pregunta el client (UDP)',
      },
    },
    sndbuf: { max: 1 << 20 },
    'recv-buffer': { min: 512 },
    // Its time limit would end send before the reset does.
    timeout: { min: 60_000 },
  },
  variants: [
    {
      options: '--reader-pause 0',
      shows: tell(
        'The client closes at once, with bytes unread: the reset comes before any window is closed.',
        'El cliente cierra enseguida, con bytes sin leer: el RST llega antes de que se cierre ninguna ventana.',
        'El client tanca de seguida, amb bytes sense llegir: el RST arriba abans que es tanqui cap finestra.',
      ),
    },
    {
      options: '--protocol udp --rounds 4',
      shows: tell(
        'Over UDP each datagram is answered by another of any length up to 512.',
        'En UDP cada datagrama recibe otro de cualquier longitud hasta 512.',
        'En UDP cada datagrama en rep un altre de qualsevol longitud fins a 512.',
      ),
    },
    {
      options: '--family ipv6 --clients 2 --reader-pause 400',
      shows: tell(
        'One client after the other stalls the server: meanwhile the second waits in the backlog.',
        'Un cliente tras otro atasca el servidor: entretanto el segundo espera en la cola de listen.',
        'Un client darrere l’altre encalla el servidor: mentrestant el segon espera a la cua de listen.',
      ),
    },
    {
      options: '--take 20000 --chunk 74',
      shows: tell(
        'One line a send: many sends, few segments.',
        'Una línea por send: muchos send, pocos segmentos.',
        'Una línia per send: molts send, pocs segments.',
      ),
    },
  ],
  roles: (parameters) =>
    plans(parameters, { server: 'server', client: 'client', ready: isTcp(parameters) ? 'listen' : 'bind' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeText(parameters, outcome)],
};

function judgeText(parameters: Parameters, outcome: Outcome): readonly Text[] {
  const clients = [...reportsOf(outcome, 'client')];
  const rounds = parameters.number('rounds');
  if (!isTcp(parameters))
    return clients
      .filter(([, report]) => report['good answers'] !== rounds && !mayLose(parameters))
      .map(([name, report]) =>
        tell(
          `${name} got ${report['good answers'] ?? 0} good answers of ${rounds}`,
          `${name} recibió ${report['good answers'] ?? 0} respuestas buenas de ${rounds}`,
          `${name} ha rebut ${report['good answers'] ?? 0} respostes bones de ${rounds}`,
        ),
      );
  return clients
    .filter(([, report]) => report['as generated'] !== true)
    .map(([name]) =>
      tell(
        `${name} read other characters than the server generates`,
        `${name} leyó otros caracteres que los que genera el servidor`,
        `${name} ha llegit altres caràcters que els que genera el servidor`,
      ),
    );
}
