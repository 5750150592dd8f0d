import { existsSync, readFileSync } from 'node:fs';
import { EXIT, UserError } from '../../../capture/user-error.ts';
import {
  AF_INET6,
  IPPROTO_IPV6,
  IPV6_V6ONLY,
  NI_NUMERICHOST,
  NI_NUMERICSERV,
  SOCK_STREAM,
} from '../../sockets/constants.ts';
import { type AddressInfo, getaddrinfo, getnameinfo } from '../../sockets/name-calls.ts';
import { encodeAddress } from '../../sockets/sockaddr.ts';
import { socket } from '../../sockets/socket.ts';
import type { Address, Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { nameChecks } from '../checks/name.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { nameQuestions } from '../questions/dialogue.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { giveUp, must, opened } from '../support/must.ts';
import { INTERNET, RECV_BUFFERS } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { receive } from '../support/transmit.ts';
import { recvSize } from '../support/tune.ts';

/** Listens in one family only, and asks by what name it knows its client. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  if (domain(parameters) === AF_INET6)
    must(role, 'setsockopt IPV6_V6ONLY', listener.setsockopt(IPPROTO_IPV6, IPV6_V6ONLY, true));
  must(role, 'bind', listener.bind(serverAddress(parameters)));
  must(role, 'listen', listener.listen(5));
  const connection = opened(role, 'accept', listener.accept());
  for (;;) {
    const data = must(role, 'recv', connection.recv(recvSize(parameters, 'server')));
    if (data.length === 0) break;
    must(role, 'sendall', connection.sendall(data));
  }
  tellNames('the client', connection.peer ?? '', role);
  connection.close();
  listener.close();
}

/** Looks the name up, and tries one address after the other until one accepts: what every client does. */
export function client(parameters: Parameters, role: RoleContext): void {
  const found = bothFamilies(parameters, role);
  const payload = payloadOf(parameters);
  const message = Buffer.from(payload.slice(0, payload.length));
  const s = firstThatConnects(found, role);
  must(role, 'sendall', s.sendall(message));
  const reply = receive(s, message.length, parameters, role, 'client');
  s.close();
  role.report('same reply', reply.equals(message));
}

/** The addresses of the name, in the order to try them; where it has one family only, those of no name: the loopback itself. */
function bothFamilies(parameters: Parameters, role: RoleContext): readonly AddressInfo[] {
  const port = parameters.number('port');
  const hints = { type: SOCK_STREAM };
  const named = must(role, 'getaddrinfo', getaddrinfo(parameters.text('name'), port, hints));
  const families = new Set(named.map(({ family }) => family));
  if (families.size > 1 || isNumeric(parameters.text('name'))) return named;
  role.print(
    `${parameters.text('name')} has one family only here; no name at all stands for the loopback of both`,
  );
  return must(role, 'getaddrinfo', getaddrinfo(null, port, hints));
}

function firstThatConnects(found: readonly AddressInfo[], role: RoleContext): Socket {
  for (const [n, { family, address }] of found.entries()) {
    role.report(`address ${n + 1}`, numeric(address, role));
    role.report(`sockaddr ${n + 1}`, hex(encodeAddress(address, family)));
    const s = opened(role, 'socket', socket(family, SOCK_STREAM));
    const connected = s.connect(address);
    role.report(`connect ${n + 1}`, connected.ok ? 'done' : connected.errno);
    if (connected.ok) {
      tellNames('the server', address, role);
      return s;
    }
    s.close(); // a socket that failed to connect is not used again
  }
  return giveUp(role, 'none of the addresses accepts');
}

/** getnameinfo: the numeric form, which there always is, and the name, where a file has one: a name server is not asked. */
function tellNames(whose: string, address: Address, role: RoleContext): void {
  const isKnown = hostsOf(HOSTS).addresses.has(String(address[0]));
  const named = isKnown ? getnameinfo(address) : null;
  const name = named?.ok ? `${named.value.host} ${named.value.service}` : `none in ${HOSTS}`;
  role.report(`name of ${whose}`, name);
  role.print(`${whose} is ${numeric(address, role)}, by name ${name}`);
}

function numeric(address: Address, role: RoleContext): string {
  const { host, service } = must(role, 'getnameinfo', getnameinfo(address, NI_NUMERICHOST | NI_NUMERICSERV));
  return `${host} ${service}`;
}

/** The bytes that connect gives to the kernel: after two of the family the port, its high byte first (network byte order). */
function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/(..)(?=.)/g, '$1 ');
}

function isNumeric(name: string): boolean {
  return /^[\d.]+$/.test(name) || name.includes(':');
}

/** A name server is asked for other names, and that would leave the run's own network. */
function refuseRemoteNames(parameters: Parameters): void {
  const name = parameters.text('name');
  const isLocal = /^(?:localhost|127(?:\.\d{1,3}){3}|::1)$/.test(name) || hostsOf(HOSTS).names.has(name);
  if (isLocal) {
    refuseOtherFamily(name, parameters);
    return;
  }
  throw new UserError(`--name ${name}: not a name of this machine’s loopback`, {
    hint: `give localhost, a numeric address of the loopback, or one of ${HOSTS}: ${[...hostsOf(HOSTS).names].join(', ')}`,
    exitCode: EXIT.usage,
  });
}

/** A numeric address has one family, and nobody would listen there. */
function refuseOtherFamily(name: string, parameters: Parameters): void {
  const family = name.includes(':') ? 'ipv6' : 'ipv4';
  if (!isNumeric(name) || parameters.text('family') === family) return;
  throw new UserError(`--name ${name}: the server listens over ${parameters.text('family')}, not there`, {
    hint: `add --family ${family}, or give a name: localhost`,
    exitCode: EXIT.usage,
  });
}

const HOSTS = '/etc/hosts';

/** What a hosts file (hosts(5)) says of the loopback: its addresses and their names. */
function hostsOf(file: string): { addresses: ReadonlySet<string>; names: ReadonlySet<string> } {
  const lines = existsSync(file) ? readFileSync(file, 'latin1').split('\n') : [];
  const words = lines
    .map((line) => line.replace(/#.*/, '').trim().split(/\s+/))
    .filter(([address = '']) => /^(?:127\.|::1$)/.test(address));
  return {
    addresses: new Set(words.map(([address = '']) => address)),
    names: new Set(words.flatMap(([, ...names]) => names)),
  };
}

export const scenario: Scenario = {
  id: 'name-lookup',
  title: tell(
    'A client looks up a name and tries its addresses in turn',
    'Un cliente busca un nombre y prueba sus direcciones por orden',
    'Un client cerca un nom i en prova les adreces per ordre',
  ),
  teaches: tell(
    'What stands between a name and connect: getaddrinfo gives addresses of both families in the order to try them, and connect gets bytes in network order.',
    'Qué hay entre un nombre y connect: getaddrinfo da direcciones de las dos familias en el orden en que hay que probarlas, y connect recibe bytes en orden de red.',
    'Què hi ha entre un nom i connect: getaddrinfo dona adreces de totes dues famílies en l’ordre en què s’han de provar, i connect rep bytes en ordre de xarxa.',
  ),
  lookFor: nameChecks,
  questions: nameQuestions,
  protocol: 'tcp',
  parameters: ['name', 'message', 'size', ...RECV_BUFFERS, 'family', 'port', 'role'],
  defaults: { name: 'localhost', message: 'hello', 'recv-buffer': 1024 },
  validate: refuseRemoteNames,
  narrow: {
    family: {
      choices: INTERNET,
      help: {
        en: 'the family in which the server listens',
        es: 'la familia en la que escucha el servidor',
        ca: 'la família en què escolta el servidor',
      },
    },
    size: { max: 10_000 },
  },
  variants: [
    {
      options: '--family ipv6',
      shows: tell(
        'The server listens over IPv6, whose address stands first: no try fails.',
        'El servidor escucha en IPv6, cuya dirección va primero: ningún intento falla.',
        'El servidor escolta a IPv6, l’adreça del qual va primer: cap intent no falla.',
      ),
    },
    {
      options: '--name 127.0.0.1',
      shows: tell(
        'A numeric address needs no lookup: getaddrinfo only writes it as bytes.',
        'Una dirección numérica no necesita búsqueda: getaddrinfo solo la escribe en bytes.',
        'Una adreça numèrica no necessita cerca: getaddrinfo només l’escriu en bytes.',
      ),
    },
    {
      options: '--name ::1 --family ipv6 --port 258',
      shows: tell(
        'Port 258 is the bytes 01 02 in network order.',
        'El puerto 258 son los bytes 01 02 en orden de red.',
        'El port 258 són els bytes 01 02 en ordre de xarxa.',
      ),
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (_, outcome) => [...badEnds(outcome), ...judgeReply(outcome)],
};

function judgeReply({ reports }: Outcome): readonly Text[] {
  const client = reports.get('client');
  return client === undefined || client['same reply'] === true
    ? []
    : [
        tell(
          'the reply is not what was sent',
          'la respuesta no es lo que se envió',
          'la resposta no és el que s’ha enviat',
        ),
      ];
}
