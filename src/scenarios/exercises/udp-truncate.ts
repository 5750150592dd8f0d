import { MSG_TRUNC, SOCK_DGRAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import { counted as en } from '../../words/en/plural.ts';
import type { Text } from '../../words/text.ts';
import { tell } from '../checks/tools.ts';
import { truncateChecks } from '../checks/truncate.ts';
import type { Parameters } from '../parameters.ts';
import { truncateQuestions } from '../questions/datagram.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { clientName, domain, serverAddress } from '../support/address.ts';
import { must, opened } from '../support/must.ts';
import { DATAGRAM } from '../support/parameter-lists.ts';
import { mayLose, setPatience } from '../support/patience.ts';
import { randomPayload } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { recvSize, setBuffers } from '../support/tune.ts';

/** A byte more than a datagram can hold: 65535 less the UDP header, for IPv4 less its IP header too. */
const TOO_LARGE: Readonly<Record<string, number>> = { ipv4: 65_508, ipv6: 65_528, unix: 1 << 23 };
const SHORT = Buffer.from('fits');

/** A datagram that fits, one that does not fit the server's buffer, and one that no datagram can hold. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'client', role);
  const name = clientName(parameters, role.index);
  if (name !== null) must(role, 'bind', s.bind(name));
  const to = serverAddress(parameters);
  must(role, 'sendto', s.sendto(SHORT, to));
  const size = parameters.number('size');
  must(role, 'sendto', s.sendto(randomPayload(size, parameters.number('seed')).slice(0, size), to));
  const tooLarge = TOO_LARGE[parameters.text('family')] ?? 0;
  const refused = s.sendto(Buffer.alloc(tooLarge), to);
  s.close();
  role.report(`sendto of ${tooLarge} bytes`, refused.ok ? 'succeeded' : refused.errno);
  role.print(`sendto of ${tooLarge} bytes: ${refused.ok ? 'succeeded' : refused.errno}`);
}

/** Reads each datagram with one call and a buffer of --recv-buffer: what does not fit is not there any more. */
export function server(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  setBuffers(s, parameters, 'server', role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  setPatience(s, parameters, role);
  for (const which of ['first', 'second']) {
    const got = s.recvmsg([recvSize(parameters, 'server')]);
    if (!got.ok && got.errno === 'EAGAIN' && mayLose(parameters)) break;
    const { data, flags } = must(role, 'recvmsg', got);
    const cut = (flags & MSG_TRUNC) !== 0;
    role.report(`${which} bytes`, data.length);
    role.report(`${which} cut`, cut);
    role.print(`${which} datagram: ${en(data.length, 'byte')}${cut ? ', MSG_TRUNC: the rest is gone' : ''}`);
  }
  s.close();
}

export const scenario: Scenario = {
  id: 'udp-truncate',
  title: {
    en: 'Datagrams larger than the buffer, than the MTU, and than a datagram can be',
    es: 'Datagramas mayores que el búfer, que la MTU y que lo que puede ser un datagrama',
    ca: 'Datagrames més grans que el buffer, que la MTU i que el que pot ser un datagrama',
  },
  teaches: {
    en: 'That a datagram is read whole or cut: what does not fit into the buffer of that one call is gone, where a TCP stream would have kept it for the next.',
    es: 'Que un datagrama se lee entero o cortado: lo que no cabe en el búfer de esa única llamada se pierde, cuando un flujo TCP lo habría guardado para la siguiente.',
    ca: 'Que un datagrama es llegeix sencer o tallat: el que no cap al buffer d’aquella única crida es perd, mentre que un flux TCP l’hauria guardat per a la següent.',
  },
  lookFor: truncateChecks,
  questions: truncateQuestions,
  protocol: 'udp',
  parameters: ['size', 'recv-buffer', ...DATAGRAM],
  defaults: { size: 2000, 'recv-buffer': 1024 },
  narrow: {
    size: {
      max: 65_507,
      help: {
        en: 'bytes of the second datagram',
        es: 'bytes del segundo datagrama',
        ca: 'bytes del segon datagrama',
      },
    },
    'recv-buffer': {
      help: {
        en: 'bytes that the server makes room for in each call',
        es: 'bytes para los que hace sitio el servidor en cada llamada',
        ca: 'bytes per als quals fa lloc el servidor en cada crida',
      },
    },
    timeout: {
      help: {
        en: 'how long the server waits for a datagram',
        es: 'cuánto espera el servidor un datagrama',
        ca: 'quant espera el servidor un datagrama',
      },
    },
  },
  variants: [
    {
      options: '--size 1000',
      shows: {
        en: 'A datagram that fits both buffer and MTU: whole, in one packet.',
        es: 'Un datagrama que cabe en el búfer y en la MTU: entero, en un paquete.',
        ca: 'Un datagrama que cap al buffer i a la MTU: sencer, en un paquet.',
      },
    },
    {
      options: '--size 9000 --recv-buffer 9000 --family ipv6',
      shows: {
        en: 'Seven IPv6 fragments, and one recvmsg that knows nothing of them.',
        es: 'Siete fragmentos IPv6, y un recvmsg que no sabe de ellos.',
        ca: 'Set fragments IPv6, i un recvmsg que no en sap res.',
      },
    },
    {
      options: '--size 3000 --recv-buffer 2 --mtu 576',
      shows: {
        en: 'Six fragments cross the network for the two bytes that are read.',
        es: 'Seis fragmentos cruzan la red para los dos bytes que se leen.',
        ca: 'Sis fragments travessen la xarxa per als dos bytes que es llegeixen.',
      },
    },
    {
      options: '--size 1024 --offload on',
      shows: {
        en: 'Exactly as large as the buffer: not cut.',
        es: 'Justo del tamaño del búfer: no se corta.',
        ca: 'Just de la mida del buffer: no es talla.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'UNIX datagrams are cut in the same way.',
        es: 'Los datagramas UNIX se cortan de la misma manera.',
        ca: 'Els datagrames UNIX es tallen de la mateixa manera.',
      },
    },
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'bind' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeCuts(parameters, outcome)],
};

function judgeCuts(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const problems: Text[] = [];
  const tooLarge = `sendto of ${TOO_LARGE[parameters.text('family')]} bytes`;
  const client = reports.get('client');
  if (client !== undefined && client[tooLarge] !== 'EMSGSIZE')
    problems.push(
      tell(
        `${tooLarge} should fail with EMSGSIZE, and ${client[tooLarge]}`,
        `${tooLarge}: debía fallar con EMSGSIZE, y dio ${client[tooLarge]}`,
        `${tooLarge}: havia de fallar amb EMSGSIZE, i ha donat ${client[tooLarge]}`,
      ),
    );
  const server = reports.get('server');
  if (parameters.text('role') !== 'both' || server === undefined || mayLose(parameters)) return problems;
  const room = recvSize(parameters, 'server');
  for (const [which, length] of [
    ['first', SHORT.length],
    ['second', parameters.number('size')],
  ] as const) {
    const expected = Math.min(length, room);
    if (server[`${which} bytes`] !== expected || server[`${which} cut`] !== length > room)
      problems.push(
        tell(
          `of the ${which} datagram ${server[`${which} bytes`]} bytes of ${length} were read`,
          `del ${which === 'first' ? 'primer' : 'segundo'} datagrama se leyeron ${server[`${which} bytes`]} bytes de ${length}`,
          `del ${which === 'first' ? 'primer' : 'segon'} datagrama s’han llegit ${server[`${which} bytes`]} bytes de ${length}`,
        ),
      );
  }
  return problems;
}
