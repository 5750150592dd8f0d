import type { Socket } from '../../sockets/types.ts';
import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import { say, type Text } from '../../words/text.ts';
import { tell } from '../checks/tools.ts';
import { transferChecks } from '../checks/transfer.ts';
import type { Parameters } from '../parameters.ts';
import { transferQuestions } from '../questions/border.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { clientsToServe, serving } from '../support/clients.ts';
import { CallFailed } from '../support/must.ts';
import { checkContent, payloadOf } from '../support/payload.ts';
import { badEnds, plans, reportsOf } from '../support/roles.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { ANSWER, Incoming, LENGTH_BYTES, sendContent } from '../support/transfer.ts';
import { receive, transmit } from '../support/transmit.ts';
import { limited, uncork } from '../support/tune.ts';
import { readable } from '../support/wait.ts';

/** Sends the length and then the file; waits for the server's word that it has everything. */
export function client(parameters: Parameters, role: RoleContext): void {
  const content = payloadOf(parameters, role.index);
  const s = connected(parameters, role);
  // A stream has no borders: the length in front tells the server where the file ends.
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(content.length);
  transmit(s, length, parameters, role);
  const sha256 = sendContent(s, content, parameters, role);
  uncork(s, parameters, role);
  const answer = receive(s, ANSWER.length, parameters, role, 'client').toString();
  s.close();
  content.close();
  role.report('bytes', content.length);
  role.report('sha256', sha256);
  role.report('answer', answer);
}

/** --serve once with several clients: all but one find out that the server is gone. */
export function hopefulClient(parameters: Parameters, role: RoleContext): void {
  try {
    client(parameters, role);
  } catch (error) {
    if (!(error instanceof CallFailed)) throw error; // what failed is already printed and reported
  }
}

/** --serve once and iterative: one client after another, or only the first. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const clients = parameters.text('serve') === 'once' ? 1 : clientsToServe(parameters);
  for (let n = 1; n <= clients; n += 1) {
    const connection = accepted(listener, parameters, role);
    takeFile(connection, parameters, role, n);
  }
  listener.close();
}

/** --serve thread: this thread only accepts. */
export function threadServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  for (let n = 0; n < clientsToServe(parameters); n += 1) {
    role.thread('serveOne', accepted(listener, parameters, role)); // the new thread closes it
  }
  listener.close();
}

/** --serve process: the child inherits the accepted descriptor. */
export function processServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  for (let n = 0; n < clientsToServe(parameters); n += 1) {
    const connection = accepted(listener, parameters, role);
    role.fork('serveOne', connection);
    connection.close(); // our copy; while any process holds one, no FIN is sent
  }
  listener.close();
}

/** What a thread or a child does with the connection that it was given. */
export function serveOne(parameters: Parameters, role: RoleContext): void {
  if (role.inherited === null) throw new Error('serveOne was started without a connection');
  takeFile(limited(role.inherited, parameters, role), parameters, role, 1);
}

/** --serve poll: every client's file grows a recv at a time, as its bytes come. */
export function pollServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const files = new Map<Socket, Incoming>();
  let finished = 0;
  while (finished < clientsToServe(parameters)) {
    for (const ready of readable([listener, ...files.keys()], role)) {
      const file = files.get(ready);
      if (file === undefined) {
        files.set(accepted(listener, parameters, role), new Incoming());
        continue;
      }
      const more = serving(parameters, () => file.receive(ready, parameters, role), false);
      if (more && file.missing > 0) continue;
      files.delete(ready);
      finished += 1;
      finish(ready, file, parameters, role, finished);
    }
  }
  listener.close();
}

/** Reads one client's file to its end, however few bytes each recv returns. */
function takeFile(connection: Socket, parameters: Parameters, role: RoleContext, n: number): void {
  const file = new Incoming();
  while (file.missing > 0 && serving(parameters, () => file.receive(connection, parameters, role), false));
  finish(connection, file, parameters, role, n);
}

function finish(
  connection: Socket,
  file: Incoming,
  parameters: Parameters,
  role: RoleContext,
  n: number,
): void {
  if (file.missing === 0)
    serving(parameters, () => transmit(connection, Buffer.from(ANSWER), parameters, role), undefined);
  connection.close();
  const { bytes, sha256 } = file.result();
  role.report(`file ${n} bytes`, bytes);
  if (file.cutShortOf !== null) role.report(`file ${n} announced`, file.cutShortOf);
  if (file.shortfall !== null) role.print(say(file.shortfall));
  role.report(`file ${n} sha256`, sha256);
}

const SERVERS: Readonly<Record<string, string>> = {
  thread: 'threadServer',
  process: 'processServer',
  poll: 'pollServer',
};

export const scenario: Scenario = {
  id: 'tcp-transfer',
  title: {
    en: 'A TCP client sends a file: its length, then its bytes in chunks',
    es: 'Un cliente TCP envía un fichero: primero su longitud, luego sus bytes por trozos',
    ca: 'Un client TCP envia un fitxer: primer la seva longitud, després els seus bytes a trossos',
  },
  teaches: {
    en: 'That a stream carries bytes and no borders: what one send gives, how TCP cuts it into segments, and what one recv takes are three different things. And how the window holds back a sender that is faster than the reader.',
    es: 'Que un flujo lleva bytes y no fronteras: lo que da un send, cómo lo corta TCP en segmentos y lo que se lleva un recv son tres cosas distintas. Y cómo la ventana frena a un emisor más rápido que el lector.',
    ca: 'Que un flux porta bytes i no fronteres: el que dona un send, com ho talla TCP en segments i el que s’emporta un recv són tres coses diferents. I com la finestra frena un emissor més ràpid que el lector.',
  },
  lookFor: transferChecks,
  variants: [
    {
      options: '--size 4M --server-rcvbuf 8k',
      shows: {
        en: 'The window closes again and again: the client’s sends wait for the server’s recvs.',
        es: 'La ventana se cierra una y otra vez: los send del cliente esperan a los recv del servidor.',
        ca: 'La finestra es tanca una vegada i una altra: els send del client esperen els recv del servidor.',
      },
    },
    {
      options: '--chunk 100 --size 5000',
      shows: {
        en: 'Many small sends end up in few segments, and a recv takes the bytes of several.',
        es: 'Muchos send pequeños acaban en pocos segmentos, y un recv se lleva los bytes de varios.',
        ca: 'Molts send petits acaben en pocs segments, i un recv s’emporta els bytes d’uns quants.',
      },
    },
    {
      options: '--loss 5 --size 200k',
      shows: {
        en: 'Lost segments are sent again, and what came after them waits for them.',
        es: 'Los segmentos perdidos se envían otra vez, y lo que vino detrás los espera.',
        ca: 'Els segments perduts s’envien una altra vegada, i el que venia darrere els espera.',
      },
    },
    {
      options: '--serve process --clients 3',
      shows: {
        en: 'Three files at once, each taken by a process of its own.',
        es: 'Tres ficheros a la vez, cada uno recibido por un proceso propio.',
        ca: 'Tres fitxers alhora, cadascun rebut per un procés propi.',
      },
    },
  ],
  questions: transferQuestions,
  protocol: 'tcp',
  servesUntilEnded: true,
  parameters: [
    ...[
      'size',
      'file',
      'send-mode',
      'chunk',
      'recv-buffer',
      'client-recv-buffer',
      'server-recv-buffer',
      'family',
    ],
    ...[
      'port',
      'clients',
      'serve',
      'backlog',
      'reuseaddr',
      'sndbuf',
      'rcvbuf',
      'client-rcvbuf',
      'server-rcvbuf',
    ],
    ...['nodelay', 'cork', 'quickack', 'linger', 'timeout', 'congestion', 'role'],
  ],
  defaults: { size: 65_536, chunk: 16_384, 'recv-buffer': 4096 },
  validate: checkContent,
  roles(parameters) {
    const once = parameters.text('serve') === 'once' && parameters.number('clients') > 1;
    const entry = SERVERS[parameters.text('serve')] ?? 'server';
    return plans(parameters, { server: entry, client: once ? 'hopefulClient' : 'client', ready: 'listen' });
  },
  judge(parameters, outcome) {
    return [...badEnds(outcome), ...judgeClients(parameters, outcome), ...judgeFiles(parameters, outcome)];
  },
};

function judgeClients(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.text('role') === 'server') return [];
  const reports = [...reportsOf(outcome, 'client').values()];
  const finished = reports.filter((report) => report.answer === ANSWER).length;
  const expected = parameters.text('serve') === 'once' ? 1 : parameters.number('clients');
  return finished === expected
    ? []
    : [
        tell(
          `${finished} of ${en(expected, 'client')} ${finished === 1 ? 'was' : 'were'} told that the file is complete`,
          `a ${finished} de ${es(expected, 'cliente')} se ${finished === 1 ? 'le' : 'les'} dijo que su fichero está completo`,
          `a ${finished} de ${ca(expected, 'client')} ${finished === 1 ? 'se li' : 'se’ls'} ha dit que el seu fitxer és complet`,
        ),
      ];
}

/** The files that the server has, and those that the finished clients sent, compared as sets of SHA-256. */
function judgeFiles(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.text('role') !== 'both') return [];
  const sent = [...reportsOf(outcome, 'client').values()]
    .filter((report) => report.answer === ANSWER)
    .map((report) => `${report.bytes} bytes, SHA-256 ${report.sha256}`);
  const received: string[] = [];
  for (const report of reportsOf(outcome, 'server').values()) {
    for (let n = 1; report[`file ${n} sha256`] !== undefined; n += 1) {
      received.push(`${report[`file ${n} bytes`]} bytes, SHA-256 ${report[`file ${n} sha256`]}`);
    }
  }
  const missing = sent.filter((file) => !received.includes(file));
  const problems = missing.map((file) =>
    tell(
      `no file that the server received is the one sent (${file})`,
      `ningún fichero de los que recibió el servidor es el enviado (${file})`,
      `cap fitxer dels que ha rebut el servidor no és l’enviat (${file})`,
    ),
  );
  if (received.length !== sent.length)
    problems.push(
      tell(
        `the server received ${received.length} ${received.length === 1 ? 'file' : 'files'} instead of ${sent.length}`,
        `el servidor recibió ${received.length} ${received.length === 1 ? 'fichero' : 'ficheros'} en vez de ${sent.length}`,
        `el servidor ha rebut ${received.length} ${received.length === 1 ? 'fitxer' : 'fitxers'} en lloc de ${sent.length}`,
      ),
    );
  return problems;
}
