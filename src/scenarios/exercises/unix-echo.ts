import { readlinkSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { AF_UNIX, SO_PEERCRED, SOCK_DGRAM, SOCK_STREAM, SOL_SOCKET } from '../../sockets/constants.ts';
import { socket, socketpair } from '../../sockets/socket.ts';
import type { Address, Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { tell } from '../checks/tools.ts';
import { unixEchoChecks } from '../checks/unix-echo.ts';
import type { Parameters } from '../parameters.ts';
import { unixQuestions } from '../questions/dialogue.ts';
import type { Outcome, RoleContext, RolePlan, Scenario } from '../scenario.ts';
import { clientName, serverAddress } from '../support/address.ts';
import { must, opened } from '../support/must.ts';
import { RECV_BUFFERS } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { receive } from '../support/transmit.ts';
import { recvSize } from '../support/tune.ts';

/** stream, path: accepts one client and sends back what comes, until the end. */
export function streamServer(parameters: Parameters, role: RoleContext): void {
  const isPath = parameters.text('how') === 'path';
  if (isPath) removeFile(); // of a program that was killed before its unlink
  const listener = opened(role, 'socket', socket(AF_UNIX, SOCK_STREAM));
  must(role, 'bind', listener.bind(nameOf(parameters)));
  must(role, 'listen', listener.listen(parameters.number('backlog')));
  const connection = opened(role, 'accept', listener.accept());
  const [pid] = new Int32Array(
    new Uint8Array(
      must(role, 'getsockopt SO_PEERCRED', connection.getsockoptBytes(SOL_SOCKET, SO_PEERCRED, 12)),
    ).buffer,
  );
  role.report('the client’s process', pid ?? 0);
  for (;;) {
    const data = must(role, 'recv', connection.recv(recvSize(parameters, 'server')));
    if (data.length === 0) break;
    must(role, 'sendall', connection.sendall(Buffer.from(data)));
  }
  connection.close();
  listener.close();
  if (isPath) bindAgain(parameters, role);
}

/** The file stays when the socket is gone: bind finds the name taken until somebody removes it. */
function bindAgain(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(AF_UNIX, SOCK_STREAM));
  const again = s.bind(nameOf(parameters));
  role.report('bind again', again.ok ? '0' : again.errno);
  removeFile();
  must(role, 'bind', s.bind(nameOf(parameters)));
  s.close();
  removeFile();
}

/** stream, path: connects, sends, and reads as much as it has sent. */
export function streamClient(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(AF_UNIX, SOCK_STREAM));
  must(role, 'connect', s.connect(nameOf(parameters)));
  role.report('process', process.pid);
  converse(s, parameters, role);
  s.close();
}

/** datagram: the client must have a name too, or nobody could answer it. */
export function datagramServer(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(AF_UNIX, SOCK_DGRAM));
  must(role, 'bind', s.bind(nameOf(parameters)));
  const { data, from } = must(role, 'recvfrom', s.recvfrom(recvSize(parameters, 'server')));
  must(role, 'sendto', s.sendto(Buffer.from(data), from ?? ''));
  s.close();
}

export function datagramClient(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(AF_UNIX, SOCK_DGRAM));
  must(role, 'bind', s.bind(clientName(parameters, 0) ?? ''));
  const message = messageOf(parameters);
  must(role, 'sendto', s.sendto(message, nameOf(parameters)));
  const { data } = must(role, 'recvfrom', s.recvfrom(recvSize(parameters, 'client')));
  role.report('echo is the same', data.equals(message.subarray(0, data.length)));
  role.report('bytes echoed', data.length);
  s.close();
}

/** pair: socketpair gives two connected sockets without any name; one end is for a child, usually. */
export function pairProgram(parameters: Parameters, role: RoleContext): void {
  const [near, far] = socketpair(AF_UNIX, SOCK_STREAM);
  const message = messageOf(parameters);
  must(role, 'sendall', near.sendall(message));
  must(role, 'sendall', far.sendall(receive(far, message.length, parameters, role, 'server')));
  const echo = receive(near, message.length, parameters, role, 'client');
  role.report('echo is the same', echo.equals(message));
  role.report('bytes echoed', echo.length);
  near.close();
  far.close();
}

function converse(s: Socket, parameters: Parameters, role: RoleContext): void {
  const message = messageOf(parameters);
  must(role, 'sendall', s.sendall(message));
  const echo = receive(s, message.length, parameters, role, 'client');
  role.report('echo is the same', echo.equals(message));
  role.report('bytes echoed', echo.length);
}

function messageOf(parameters: Parameters): Buffer {
  const payload = payloadOf(parameters);
  return Buffer.from(payload.slice(0, payload.length));
}

/** An abstract name belongs to the network namespace; a path is a file, and needs the namespace's number to be alone. */
function nameOf(parameters: Parameters): Address {
  return parameters.text('how') === 'path' ? socketFile() : serverAddress(parameters);
}

function socketFile(): string {
  const space = readlinkSync('/proc/self/ns/net').replace(/\D/g, '');
  return `${tmpdir()}/sockscope-${space}.socket`;
}

function removeFile(): void {
  try {
    unlinkSync(socketFile());
  } catch {
    // it was not there
  }
}

const ROLES: Readonly<Record<string, readonly [server: string, client: string]>> = {
  stream: ['streamServer', 'streamClient'],
  path: ['streamServer', 'streamClient'],
  datagram: ['datagramServer', 'datagramClient'],
};

function rolesOf(parameters: Parameters): readonly RolePlan[] {
  const [server, client] = ROLES[parameters.text('how')] ?? [];
  if (server === undefined || client === undefined)
    return [{ name: 'client', side: 'client', index: 0, entry: 'pairProgram', ready: null }];
  const ready = server === 'datagramServer' ? 'bind' : 'listen';
  return plans(parameters, { server, client, ready });
}

export const scenario: Scenario = {
  id: 'unix-echo',
  title: {
    en: 'The same echo in the UNIX domain: calls without packets',
    es: 'El mismo eco en el dominio UNIX: llamadas sin paquetes',
    ca: 'El mateix eco al domini UNIX: crides sense paquets',
  },
  teaches: {
    en: 'That the calls are the same and the network is not there: a name instead of address and port, data that goes from one process to the other inside the kernel, and a peer that the kernel can name.',
    es: 'Que las llamadas son las mismas y la red no está: un nombre en vez de dirección y puerto, datos que van de un proceso a otro dentro del núcleo, y un interlocutor al que el núcleo sabe nombrar.',
    ca: 'Que les crides són les mateixes i la xarxa no hi és: un nom en comptes d’adreça i port, dades que van d’un procés a l’altre dins del nucli, i un interlocutor que el nucli sap anomenar.',
  },
  lookFor: unixEchoChecks,
  questions: unixQuestions,
  protocol: 'unix',
  parameters: ['how', 'message', 'size', ...RECV_BUFFERS, 'family', 'port', 'backlog'],
  defaults: { how: 'stream', family: 'unix', message: 'hello', 'recv-buffer': 1024 },
  narrow: {
    family: {
      choices: {
        unix: {
          en: 'AF_UNIX, which is what this exercise is about',
          es: 'AF_UNIX, de lo que trata este ejercicio',
          ca: 'AF_UNIX, que és de què tracta aquest exercici',
        },
      },
    },
    port: {
      help: {
        en: 'part of the abstract name',
        es: 'parte del nombre abstracto',
        ca: 'part del nom abstracte',
      },
    },
    size: { min: 1, max: 60_000 },
    how: {
      choices: {
        stream: {
          en: 'a stream, the server with an abstract name',
          es: 'un flujo, el servidor con un nombre abstracto',
          ca: 'un flux, el servidor amb un nom abstracte',
        },
        path: {
          en: 'a stream, the server with a name in the file system, which outlives it',
          es: 'un flujo, el servidor con un nombre en el sistema de ficheros, que lo sobrevive',
          ca: 'un flux, el servidor amb un nom al sistema de fitxers, que el sobreviu',
        },
        datagram: {
          en: 'datagrams, both sides with abstract names',
          es: 'datagramas, los dos lados con nombres abstractos',
          ca: 'datagrames, totes dues bandes amb noms abstractes',
        },
        pair: {
          en: 'socketpair: two connected sockets without any name',
          es: 'socketpair: dos sockets conectados sin nombre alguno',
          ca: 'socketpair: dos sockets connectats sense cap nom',
        },
      },
    },
  },
  variants: [
    {
      options: '--how datagram',
      shows: {
        en: 'Datagrams: the client must bind a name, or it could not be answered.',
        es: 'Datagramas: el cliente tiene que hacer bind a un nombre, o no se le podría contestar.',
        ca: 'Datagrames: el client ha de fer bind a un nom, o no se li podria respondre.',
      },
    },
    {
      options: '--how path',
      shows: {
        en: 'A name in the file system: the file stays, and bind fails with EADDRINUSE until it is removed.',
        es: 'Un nombre en el sistema de ficheros: el fichero se queda, y bind falla con EADDRINUSE hasta que se borra.',
        ca: 'Un nom al sistema de fitxers: el fitxer hi queda, i bind falla amb EADDRINUSE fins que s’esborra.',
      },
    },
    {
      options: '--how pair --size 5000',
      shows: {
        en: 'socketpair: no bind, no listen, no connect, no accept.',
        es: 'socketpair: sin bind, sin listen, sin connect, sin accept.',
        ca: 'socketpair: sense bind, sense listen, sense connect, sense accept.',
      },
    },
    {
      options: '--size 20000 --recv-buffer 4096',
      shows: {
        en: 'A stream has no borders here either: several recv for one send.',
        es: 'Un flujo tampoco tiene fronteras aquí: varios recv para un send.',
        ca: 'Un flux tampoc no té fronteres aquí: diversos recv per a un send.',
      },
    },
  ],
  roles: rolesOf,
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeEcho(parameters, outcome)],
};

function judgeEcho(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const { 'echo is the same': same, 'bytes echoed': bytes } = reports.get('client') ?? {};
  const { length } = payloadOf(parameters);
  const wanted =
    parameters.text('how') === 'datagram'
      ? Math.min(length, recvSize(parameters, 'server'), recvSize(parameters, 'client'))
      : length;
  if (same !== true)
    return [
      tell(
        'what came back is not what was sent',
        'lo que volvió no es lo que se envió',
        'el que ha tornat no és el que s’ha enviat',
      ),
    ];
  return bytes === wanted
    ? []
    : [
        tell(
          `${bytes} bytes came back of ${wanted}`,
          `volvieron ${bytes} bytes de ${wanted}`,
          `han tornat ${bytes} bytes de ${wanted}`,
        ),
      ];
}
