import { AF_INET, SO_BROADCAST, SO_REUSEADDR, SOCK_DGRAM, SOL_SOCKET } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Text } from '../../words/text.ts';
import { broadcastChecks, hearers } from '../checks/broadcast.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { broadcastQuestions } from '../questions/datagram.ts';
import type { Outcome, RoleContext, RolePlan, Scenario } from '../scenario.ts';
import { must, opened } from '../support/must.ts';
import { ANY_ADDRESS, requirePrivate } from '../support/network.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, reportsOf } from '../support/roles.ts';
import { setBuffers } from '../support/tune.ts';

/** The broadcast address of 127.0.0.0/8. */
const EVERYBODY = '127.255.255.255';
/** Who hears nothing knows it after this time. */
const PATIENCE_MS = 1500;

/** Waits for one datagram on a port that others wait on too, and answers it. */
export function server(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(AF_INET, SOCK_DGRAM));
  setBuffers(s, parameters, 'server', role);
  // Several sockets have this port: each must have set the option before its bind.
  must(role, 'setsockopt SO_REUSEADDR', s.setsockopt(SOL_SOCKET, SO_REUSEADDR, true));
  const isExact = parameters.text('how') === 'exact' && role.index === 0;
  must(role, 'bind', s.bind([isExact ? '127.0.0.1' : '0.0.0.0', parameters.number('port')]));
  must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(PATIENCE_MS));
  const got = s.recvfrom(parameters.number('recv-buffer'));
  if (got.ok && got.value.from !== null)
    must(role, 'sendto', s.sendto(Buffer.from(role.name), got.value.from));
  role.report('heard', got.ok);
  s.close();
}

/** Sends to everybody: refused without SO_BROADCAST; with it one datagram, and every answer is read. */
export function client(parameters: Parameters, role: RoleContext): void {
  const payload = payloadOf(parameters);
  const message = Buffer.from(payload.slice(0, payload.length));
  const s = opened(role, 'socket', socket(AF_INET, SOCK_DGRAM));
  setBuffers(s, parameters, 'client', role);
  const refused = s.sendto(message, [EVERYBODY, parameters.number('port')]);
  role.report('without SO_BROADCAST', refused.ok ? 'sent' : refused.errno);
  must(role, 'setsockopt SO_BROADCAST', s.setsockopt(SOL_SOCKET, SO_BROADCAST, true));
  must(role, 'sendto', s.sendto(message, [EVERYBODY, parameters.number('port')]));
  must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(PATIENCE_MS));
  let answers = 0;
  // Who sends to everybody does not know how many there are; here it does.
  for (; answers < hearers(parameters); answers += 1) {
    const got = s.recvfrom(parameters.number('recv-buffer'));
    if (!got.ok) break;
    role.print(`answer of ${got.value.data.toString('utf8')}`);
  }
  role.report('answers', answers);
  s.close();
}

function rolesOf(parameters: Parameters): readonly RolePlan[] {
  const receivers = parameters.number('receivers');
  return [
    ...Array.from(
      { length: receivers },
      (_, index): RolePlan => ({
        name: receivers === 1 ? 'server' : `server ${index + 1}`,
        ...{ side: 'server', index, entry: 'server', ready: null },
      }),
    ),
    { name: 'client', side: 'client', index: 0, entry: 'client', ready: 'bind' },
  ];
}

export const scenario: Scenario = {
  id: 'broadcast',
  title: {
    en: 'One datagram to everybody: 127.255.255.255 without and with SO_BROADCAST',
    es: 'Un datagrama para todos: 127.255.255.255 sin SO_BROADCAST y con ella',
    ca: 'Un datagrama per a tothom: 127.255.255.255 sense SO_BROADCAST i amb SO_BROADCAST',
  },
  teaches: {
    en: 'That sending to a broadcast address must be allowed first (EACCES), that then one datagram is read by every socket of that port, and that only sockets for any address hear it.',
    es: 'Que enviar a una dirección de difusión hay que permitirlo antes (EACCES), que después un solo datagrama lo leen todos los sockets de ese puerto, y que solo lo oyen los sockets de cualquier dirección.',
    ca: 'Que enviar a una adreça de difusió s’ha de permetre abans (EACCES), que després un sol datagrama el llegeixen tots els sockets d’aquell port, i que només el senten els sockets de qualsevol adreça.',
  },
  lookFor: broadcastChecks,
  questions: broadcastQuestions,
  protocol: 'udp',
  parameters: [
    ...['how', 'receivers', 'message', 'size', 'recv-buffer', 'port', 'sndbuf', 'rcvbuf'],
    ...['client-rcvbuf', 'server-rcvbuf'],
  ],
  defaults: { how: 'any', message: 'who is there?', 'recv-buffer': 2048 },
  narrow: {
    size: { max: 1400 },
    'recv-buffer': { max: 65_536 },
    how: {
      choices: {
        any: {
          en: 'every receiver is bound to any address',
          es: 'cada receptor hace bind a cualquier dirección',
          ca: 'cada receptor fa bind a qualsevol adreça',
        },
        exact: {
          en: 'the first receiver is bound to 127.0.0.1, and hears nothing',
          es: 'el primer receptor hace bind a 127.0.0.1, y no oye nada',
          ca: 'el primer receptor fa bind a 127.0.0.1, i no sent res',
        },
      },
    },
  },
  variants: [
    {
      options: '--receivers 1',
      shows: {
        en: 'One receiver: the sender cannot tell the difference.',
        es: 'Un solo receptor: el emisor no nota la diferencia.',
        ca: 'Un sol receptor: l’emissor no nota la diferència.',
      },
    },
    {
      options: '--receivers 5 --size 1000',
      shows: {
        en: 'Five receivers read the same datagram; one packet was sent.',
        es: 'Cinco receptores leen el mismo datagrama; se envió un paquete.',
        ca: 'Cinc receptors llegeixen el mateix datagrama; s’ha enviat un paquet.',
      },
    },
    {
      options: '--how exact',
      shows: {
        en: 'A socket bound to 127.0.0.1 is not everybody: it hears nothing.',
        es: 'Un socket ligado a 127.0.0.1 no es todos: no oye nada.',
        ca: 'Un socket lligat a 127.0.0.1 no és tothom: no sent res.',
      },
    },
  ],
  validate: (parameters) => requirePrivate(parameters, 'broadcast', ANY_ADDRESS),
  roles: rolesOf,
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeHearing(parameters, outcome)],
};

function judgeHearing(parameters: Parameters, outcome: Outcome): readonly Text[] {
  if (parameters.number('loss') > 0) return [];
  const heard = [...reportsOf(outcome, 'server').values()].filter((report) => report.heard === true).length;
  const wanted = hearers(parameters);
  return heard === wanted
    ? []
    : [
        tell(
          `${heard} receivers heard it, not ${wanted}`,
          `lo oyeron ${heard} receptores, no ${wanted}`,
          `l’han sentit ${heard} receptors, no ${wanted}`,
        ),
      ];
}
