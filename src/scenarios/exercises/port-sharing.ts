import { EXIT, UserError } from '../../../capture/user-error.ts';
import {
  AF_INET,
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  SOCK_DGRAM,
  SOCK_STREAM,
} from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Text } from '../../words/text.ts';
import { expectedAnswers, portSharingChecks } from '../checks/port-sharing.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { portSharingQuestions } from '../questions/listen.ts';
import type { Outcome, RoleContext, RolePlan, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { awaitState } from '../support/kernel-table.ts';
import { must, opened } from '../support/must.ts';
import { ANY_ADDRESS, requirePrivate } from '../support/network.ts';
import { INTERNET } from '../support/parameter-lists.ts';
import { badEnds } from '../support/roles.ts';
import { askWho, type NamedListener, serveByName, sharePort, tryBind } from '../support/sharing.ts';
import { connected } from '../support/stream.ts';

const PATIENCE_MS = 5000;
const END = 'end';

/** reuseport: two programs listen on the same port; the kernel gives each new connection to one of them. */
export function sharingServer(parameters: Parameters, role: RoleContext): void {
  const listener = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  sharePort(listener, role);
  must(role, 'bind', listener.bind(serverAddress(parameters)));
  must(role, 'listen', listener.listen(5));
  let served = 0;
  for (let isOver = false; !isOver; served += 1) {
    const connection = opened(role, 'accept', listener.accept());
    isOver = must(role, 'recv', connection.recv(100)).toString('utf8') === END;
    // Closed before the answer: from then on the other server gets every client.
    if (isOver) listener.close();
    must(role, 'send', connection.send(Buffer.from(role.name)));
    connection.close();
  }
  role.report('clients', served);
}

/** Connects --clients times, and then once more for each server, to end it. */
export function manyClients(parameters: Parameters, role: RoleContext): void {
  const clients = parameters.number('clients');
  for (let n = 1; n <= clients + 2; n += 1) {
    const s = connected(parameters, role);
    must(role, 'send', s.send(Buffer.from(n > clients ? END : 'hello')));
    role.report(`client ${n}`, must(role, 'recv', s.recv(100)).toString('utf8'));
    s.close();
  }
}

/** tcp-udp: a port number of TCP has nothing to do with the same number of UDP. */
export function bothServer(parameters: Parameters, role: RoleContext): void {
  const datagrams = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  must(role, 'bind', datagrams.bind(serverAddress(parameters)));
  const listener = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  must(role, 'bind', listener.bind(serverAddress(parameters)));
  must(role, 'listen', listener.listen(5));
  const connection = opened(role, 'accept', listener.accept());
  must(role, 'send', connection.send(Buffer.from('TCP')));
  const { from } = must(role, 'recvfrom', datagrams.recvfrom(100));
  if (from !== null) must(role, 'sendto', datagrams.sendto(Buffer.from('UDP'), from));
  for (const s of [connection, listener, datagrams]) s.close();
}

/** tcp-udp: the same address and port, asked by TCP and by UDP. */
export function bothClient(parameters: Parameters, role: RoleContext): void {
  role.report('who by TCP', askWho(domain(parameters), serverAddress(parameters), role));
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  must(role, 'sendto', s.sendto(Buffer.from('hello'), serverAddress(parameters)));
  role.report('who by UDP', must(role, 'recvfrom', s.recvfrom(100)).data.toString('utf8'));
  s.close();
}

/** addresses: one address, any address, and both at once. */
export function addressServer(parameters: Parameters, role: RoleContext): void {
  const port = parameters.number('port');
  const listeners: NamedListener[] = [];
  const make = (share: boolean) => {
    const s = opened(role, 'socket', socket(AF_INET, SOCK_STREAM));
    if (share) sharePort(s, role);
    return s;
  };
  tryBind(listeners, '127.0.0.1', make(true), ['127.0.0.1', port], role);
  tryBind(listeners, 'any address, not shared', make(false), ['0.0.0.0', port], role); // it would take in the first
  tryBind(listeners, 'any address', make(true), ['0.0.0.0', port], role);
  serveByName(listeners, 2, role);
}

/** v6only, dual: an IPv6 socket for any address, and an IPv4 one beside it. */
export function familyServer(parameters: Parameters, role: RoleContext): void {
  const port = parameters.number('port');
  const only = parameters.text('how') === 'v6only';
  const listeners: NamedListener[] = [];
  const six = opened(role, 'socket', socket(AF_INET6, SOCK_STREAM));
  must(role, 'setsockopt IPV6_V6ONLY', six.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, only));
  tryBind(listeners, 'IPv6', six, ['::', port], role);
  tryBind(listeners, 'IPv4', opened(role, 'socket', socket(AF_INET, SOCK_STREAM)), ['0.0.0.0', port], role);
  serveByName(listeners, 2, role);
}

/** Asks at two addresses who is there. */
export function askingClient(parameters: Parameters, role: RoleContext): void {
  const port = parameters.number('port');
  awaitState(port, 'LISTEN', parameters.text('how') === 'dual' ? 1 : 2, PATIENCE_MS);
  for (const host of Object.keys(expectedAnswers(parameters))) {
    const name = askWho(host.includes(':') ? AF_INET6 : AF_INET, [host, port], role);
    role.report(`who at ${host}`, name);
    role.print(`at ${host} answers: ${name}`);
  }
}

const ROLES: Readonly<Record<string, readonly [servers: readonly string[], client: string]>> = {
  reuseport: [['sharingServer', 'sharingServer'], 'manyClients'],
  'tcp-udp': [['bothServer'], 'bothClient'],
  addresses: [['addressServer'], 'askingClient'],
  v6only: [['familyServer'], 'askingClient'],
  dual: [['familyServer'], 'askingClient'],
};

function rolesOf(parameters: Parameters): readonly RolePlan[] {
  const [servers, client] = ROLES[parameters.text('how')] ?? [[], 'askingClient'];
  return [
    ...servers.map(
      (entry, index): RolePlan => ({
        name: servers.length === 1 ? 'server' : `server ${index + 1}`,
        ...{ side: 'server', index, entry, ready: null },
      }),
    ),
    { name: 'client', side: 'client', index: 0, entry: client, ready: 'listen' },
  ];
}

export const scenario: Scenario = {
  id: 'port-sharing',
  title: {
    en: 'Several sockets with one port number: who gets which client',
    es: 'Varios sockets con un mismo número de puerto: a quién le toca cada cliente',
    ca: 'Diversos sockets amb un mateix número de port: a qui toca cada client',
  },
  teaches: {
    en: 'What a port belongs to: a protocol, a family and an address. SO_REUSEPORT lets several servers share all three; otherwise the most exact address wins, or bind fails with EADDRINUSE.',
    es: 'A qué pertenece un puerto: a un protocolo, una familia y una dirección. SO_REUSEPORT deja que varios servidores compartan los tres; si no, gana la dirección más exacta, o bind falla con EADDRINUSE.',
    ca: 'A què pertany un port: a un protocol, una família i una adreça. SO_REUSEPORT deixa que diversos servidors comparteixin tots tres; si no, guanya l’adreça més exacta, o bind falla amb EADDRINUSE.',
  },
  lookFor: portSharingChecks,
  questions: portSharingQuestions,
  protocol: 'both',
  parameters: ['how', 'clients', 'family', 'port'],
  defaults: { how: 'reuseport', clients: 8 },
  narrow: {
    family: { choices: INTERNET },
    clients: {
      help: {
        en: 'connections that the client makes (--how reuseport)',
        es: 'conexiones que hace el cliente (--how reuseport)',
        ca: 'connexions que fa el client (--how reuseport)',
      },
    },
    how: {
      choices: {
        reuseport: {
          en: 'two servers with SO_REUSEPORT on the same address and port',
          es: 'dos servidores con SO_REUSEPORT en la misma dirección y puerto',
          ca: 'dos servidors amb SO_REUSEPORT a la mateixa adreça i port',
        },
        'tcp-udp': {
          en: 'the same port number in TCP and in UDP',
          es: 'el mismo número de puerto en TCP y en UDP',
          ca: 'el mateix número de port a TCP i a UDP',
        },
        addresses: {
          en: 'one socket bound to one address, another to any',
          es: 'un socket con bind a una dirección, otro a cualquiera',
          ca: 'un socket amb bind a una adreça, un altre a qualsevol',
        },
        v6only: {
          en: 'an IPv6 socket with IPV6_V6ONLY, and an IPv4 one beside it',
          es: 'un socket IPv6 con IPV6_V6ONLY, y a su lado uno IPv4',
          ca: 'un socket IPv6 amb IPV6_V6ONLY, i al costat un d’IPv4',
        },
        dual: {
          en: 'an IPv6 socket without IPV6_V6ONLY, which takes IPv4 too',
          es: 'un socket IPv6 sin IPV6_V6ONLY, que atiende también IPv4',
          ca: 'un socket IPv6 sense IPV6_V6ONLY, que atén també IPv4',
        },
      },
    },
  },
  variants: [
    {
      options: '--how tcp-udp',
      shows: {
        en: 'TCP and UDP count their ports apart.',
        es: 'TCP y UDP cuentan sus puertos por separado.',
        ca: 'TCP i UDP compten els seus ports per separat.',
      },
    },
    {
      options: '--how addresses',
      shows: {
        en: 'The socket with the exact address wins over the one for any address.',
        es: 'El socket con la dirección exacta gana al que vale para cualquiera.',
        ca: 'El socket amb l’adreça exacta guanya el que val per a qualsevol.',
      },
    },
    {
      options: '--how v6only',
      shows: {
        en: 'With IPV6_V6ONLY both families have the port for themselves.',
        es: 'Con IPV6_V6ONLY cada familia tiene el puerto para ella sola.',
        ca: 'Amb IPV6_V6ONLY cada família té el port per a ella sola.',
      },
    },
    {
      options: '--how dual',
      shows: {
        en: 'Without it the IPv6 socket takes IPv4 clients, and no IPv4 socket can have the port.',
        es: 'Sin ella, el socket IPv6 recibe clientes IPv4, y ningún socket IPv4 puede tener el puerto.',
        ca: 'Sense ella, el socket IPv6 rep clients IPv4, i cap socket IPv4 no pot tenir el port.',
      },
    },
    {
      options: '--how reuseport --clients 20 --family ipv6',
      shows: {
        en: 'Twenty clients: a hash of addresses and ports shares them out, not evenly.',
        es: 'Veinte clientes: los reparte un hash de direcciones y puertos, y no por igual.',
        ca: 'Vint clients: els reparteix un hash d’adreces i ports, i no per igual.',
      },
    },
  ],
  validate(parameters) {
    const how = parameters.text('how');
    if (how === 'reuseport' || how === 'tcp-udp') return;
    requirePrivate(parameters, `port-sharing --how ${how}`, ANY_ADDRESS);
    if (parameters.text('family') === 'ipv4') return;
    throw new UserError(`--how ${how} does not go with --family ipv6`, {
      hint: 'it chooses the families of its sockets itself: leave --family out',
      exitCode: EXIT.usage,
    });
  },
  roles: rolesOf,
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeAnswers(parameters, outcome)],
};

function judgeAnswers(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const report = reports.get('client') ?? {};
  return Object.entries(expectedAnswers(parameters)).flatMap(([host, name]) => {
    const got = report[`who at ${host}`];
    return got === name
      ? []
      : [
          tell(
            `at ${host} ${got ?? 'nobody'} answered, not ${name}`,
            `en ${host} contestó ${got ?? 'nadie'}, no ${name}`,
            `a ${host} ha respost ${got ?? 'ningú'}, no ${name}`,
          ),
        ];
  });
}
