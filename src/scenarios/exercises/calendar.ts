import { SOCK_STREAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { calendarChecks } from '../checks/calendar.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { calendarQuestions } from '../questions/dialogue.ts';
import type { Outcome, RoleContext, RoleSignal, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { calendarOf } from '../support/calendar.ts';
import { Lines } from '../support/command-lines.ts';
import { runForPeer } from '../support/commands.ts';
import { detach, visiblePid } from '../support/detach.ts';
import { must, opened } from '../support/must.ts';
import { INTERNET, RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { playsBoth } from '../support/plays.ts';
import { badEnds, plans } from '../support/roles.ts';
import { sleep } from '../support/sleep.ts';
import { listening } from '../support/stream.ts';
import { limited, recvSize, tuneClient } from '../support/tune.ts';
import { readToEnd } from '../support/until-end.ts';

/** Answers each client with the calendar of a year, until a signal comes: USR1 lists the peers, USR2 counts, TERM does both. */
export async function server(parameters: Parameters, role: RoleContext): Promise<void> {
  const signals = ['SIGUSR1', 'SIGUSR2', 'SIGTERM'] as const;
  let order: RoleSignal | null = null;
  for (const signal of signals) process.on(signal, () => (order ??= signal));
  role.report('own session', detach() === process.pid);
  role.report('pid', visiblePid());
  const listener = listening(parameters, role);
  // With a time limit accept is not restarted after a signal, but fails with EINTR (signal(7)).
  must(role, 'setsockopt SO_RCVTIMEO', listener.setReceiveTimeout(LOOK_EVERY_MS));
  const peers: string[] = [];
  for (;;) {
    await new Promise(setImmediate); // the handlers of Node run between two calls
    if (order !== null) break;
    const made = listener.accept();
    if (made.errno === 'EINTR' || made.errno === 'EAGAIN') continue;
    const connection = opened(role, 'accept', made);
    peers.push(String(connection.peer?.[0]));
    answer(connection, parameters, role);
  }
  listener.close();
  if (order !== 'SIGUSR2') role.report('peers', peers.join(' '));
  if (order !== 'SIGUSR1') role.report('served', peers.length);
  role.print(
    `${order}: ${order === 'SIGUSR2' ? '' : peers.join(' ')} ${order === 'SIGUSR1' ? '' : peers.length}`,
  );
}

/** Reads the year, and answers with what cal prints. */
function answer(connection: Socket, parameters: Parameters, role: RoleContext): void {
  must(role, 'setsockopt SO_RCVTIMEO', connection.setReceiveTimeout(0)); // accept has handed it down
  const s = limited(connection, parameters, role);
  const lines = new Lines();
  for (;;) {
    const data = must(role, 'recv', s.recv(recvSize(parameters, 'server')));
    if (data.length === 0) break;
    const [year] = lines.take(data);
    if (year === undefined) continue;
    must(role, 'sendall', s.sendall(cal(year, parameters)));
    break;
  }
  s.close();
}

function cal(text: string, parameters: Parameters): Buffer {
  const year = Number(text);
  if (!/^\d{1,4}$/.test(text) || year === 0) return Buffer.from('a year is a number from 1 to 9999\n');
  const { output, status } = runForPeer(`cal ${year}`, parameters);
  return status === 0 ? output : Buffer.from(calendarOf(year)); // cal is not installed everywhere
}

/** Asks for one year after the other, each time from another address of the loopback; then it sends the signal, if it is to. */
export function client(parameters: Parameters, role: RoleContext): void {
  const script = parameters.text('requests').split('|');
  for (let n = 1; ; n += 1) {
    const year = role.ask('year (empty ends)') ?? (role.interactive ? '' : (script.shift() ?? ''));
    if (year === '') break;
    role.print(ask(year, n, parameters, role));
  }
  if (!playsBoth(parameters)) return;
  sleep(parameters.number('think'));
  const signal = nextSignal(parameters, role);
  if (signal !== 'none') role.signal('server', `SIG${signal}` as RoleSignal);
}

function ask(year: string, n: number, parameters: Parameters, role: RoleContext): string {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  tuneClient(s, parameters, role);
  if (parameters.text('family') === 'ipv4') must(role, 'bind', s.bind([`127.0.0.${1 + (n % 250)}`, 0]));
  must(role, 'connect', s.connect(serverAddress(parameters)));
  const connection = limited(s, parameters, role);
  must(role, 'sendall', connection.sendall(Buffer.from(`${year}\n`)));
  const answer = readToEnd(connection, parameters, role, 'client').toString('latin1');
  connection.close();
  role.report(`answer ${n}`, answer.trimStart().split('\n')[0] ?? '');
  return answer;
}

function nextSignal(parameters: Parameters, role: RoleContext): string {
  const typed = role.ask('signal: USR1, USR2 or TERM')?.toUpperCase() ?? '';
  return ['USR1', 'USR2', 'TERM'].includes(typed) ? typed : parameters.text('signal');
}

const LOOK_EVERY_MS = 2000;

export const scenario: Scenario = {
  id: 'calendar',
  title: tell(
    'A calendar server that signals govern',
    'Un servidor de calendarios gobernado por señales',
    'Un servidor de calendaris governat per senyals',
  ),
  teaches: tell(
    'How a server that waits in accept is told to end: a signal interrupts the call, which fails with EINTR; and what a server keeps of its clients: the addresses that accept gave. It detaches with setsid alone: a daemon in C forks first and its parent exits (daemon(3)); here the parent is the lab, which waits for its roles.',
    'Cómo se le dice a un servidor que espera en accept que acabe: una señal interrumpe la llamada, que falla con EINTR; y qué guarda un servidor de sus clientes: las direcciones que dio accept. Se separa solo con setsid: un demonio en C hace antes fork y su padre termina (daemon(3)); aquí el padre es el laboratorio, que espera a sus procesos.',
    'Com es diu a un servidor que espera a accept que acabi: un senyal interromp la crida, que falla amb EINTR; i què desa un servidor dels seus clients: les adreces que va donar accept. Se separa només amb setsid: un dimoni en C fa abans fork i el seu pare acaba (daemon(3)); aquí el pare és el laboratori, que espera els seus processos.',
  ),
  lookFor: calendarChecks,
  questions: calendarQuestions,
  protocol: 'tcp',
  parameters: ['requests', 'signal', 'think', ...RECV_BUFFERS, ...STREAM],
  defaults: { requests: '2026|1752', signal: 'USR1', think: 50, 'recv-buffer': 1024 },
  narrow: {
    family: { choices: INTERNET },
    requests: {
      help: {
        en: 'the years that are asked for where nobody types, with | between them',
        es: 'los años que se piden cuando nadie escribe, con | entre ellos',
        ca: 'els anys que es demanen quan ningú no escriu, amb | entre ells',
      },
    },
    think: {
      help: {
        en: 'how long after the last answer the signal is sent',
        es: 'cuánto después de la última respuesta se envía la señal',
        ca: 'quant després de l’última resposta s’envia el senyal',
      },
    },
    signal: {
      choices: {
        USR1: {
          en: 'the server lists its peers and ends',
          es: 'el servidor enumera a sus clientes y termina',
          ca: 'el servidor enumera els seus clients i acaba',
        },
        USR2: {
          en: 'the server counts its peers and ends',
          es: 'el servidor cuenta sus clientes y termina',
          ca: 'el servidor compta els seus clients i acaba',
        },
        TERM: { en: 'both', es: 'las dos cosas', ca: 'totes dues coses' },
        none: {
          en: 'none: you send one, from the full screen, in step mode or with kill',
          es: 'ninguna: la envías tú, desde la pantalla completa, paso a paso o con kill',
          ca: 'cap: l’envies tu, des de la pantalla completa, pas a pas o amb kill',
        },
      },
    },
  },
  variants: [
    {
      options: '--signal USR2 --requests 1|2000|2026',
      shows: tell(
        'The server counts its three clients and ends.',
        'El servidor cuenta sus tres clientes y acaba.',
        'El servidor compta els seus tres clients i acaba.',
      ),
    },
    {
      options: '--signal TERM --family ipv6',
      shows: tell(
        'TERM does both; over IPv6 there is one loopback address only.',
        'TERM hace las dos cosas; en IPv6 solo hay una dirección de loopback.',
        'TERM fa totes dues coses; a IPv6 només hi ha una adreça de loopback.',
      ),
    },
    {
      options: '--requests yesterday --client-recv-buffer 10',
      shows: tell(
        'What is no year gets a sentence instead of a calendar.',
        'Lo que no es un año recibe una frase en vez de un calendario.',
        'El que no és un any rep una frase en lloc d’un calendari.',
      ),
    },
    {
      options: '--think 300 --requests 2026',
      shows: tell(
        'The server sleeps in accept until the signal wakes it.',
        'El servidor duerme en accept hasta que lo despierta la señal.',
        'El servidor dorm a accept fins que el desperta el senyal.',
      ),
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeEnd(parameters, outcome)],
};

function judgeEnd(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const server = reports.get('server');
  if (!playsBoth(parameters) || server === undefined) return [];
  const asked = Object.keys(reports.get('client') ?? {}).filter((key) => key.startsWith('answer ')).length;
  const counted =
    server.served ??
    (server.peers === undefined ? null : String(server.peers).split(' ').filter(Boolean).length);
  return counted === asked
    ? []
    : [
        tell(
          `${asked} clients were answered, and the server knows of ${counted ?? 'none'}`,
          `se contestó a ${asked} clientes, y el servidor sabe de ${counted ?? 0}`,
          `s’ha respost a ${asked} clients, i el servidor en coneix ${counted ?? 0}`,
        ),
      ];
}
