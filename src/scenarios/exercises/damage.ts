import { IPPROTO_UDP, SOCK_DGRAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import { counted as en } from '../../words/en/plural.ts';
import type { Text } from '../../words/text.ts';
import { damageChecks } from '../checks/raw.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { damageQuestions } from '../questions/datagram.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { domain, serverAddress } from '../support/address.ts';
import { eachDatagram } from '../support/inetd.ts';
import { must, opened } from '../support/must.ts';
import { INTERNET } from '../support/parameter-lists.ts';
import { mayLose } from '../support/patience.ts';
import { payloadOf } from '../support/payload.ts';
import { rawSocket, udpDatagram } from '../support/raw.ts';
import { badEnds } from '../support/roles.ts';

/** An ordinary server, which reads what its kernel has found sound. */
export function server(parameters: Parameters, role: RoleContext): void {
  let read = 0;
  eachDatagram(expected(parameters), parameters, role, (_, { data }) => {
    read += 1;
    role.print(`got ${en(data.length, 'byte')}`);
  });
  role.report('datagrams read', read);
}

/** Each time a datagram through a raw socket, whose checksum is spoiled on the way, and then one as usual. */
export function client(parameters: Parameters, role: RoleContext): void {
  const raw = rawSocket(IPPROTO_UDP, parameters, role);
  const usual = opened(role, 'socket', socket(domain(parameters), SOCK_DGRAM));
  const payload = payloadOf(parameters);
  const data = Buffer.from(payload.slice(0, payload.length));
  const to = parameters.number('port');
  const isSix = parameters.text('family') === 'ipv6';
  // A raw socket has no ports of its own: those of the header are what the program writes.
  const damaged = udpDatagram(
    { from: RAW_PORT, to },
    data,
    isSix,
    parameters.text('how') === 'wrong' ? FLIP : 0,
  );
  for (let n = 0; n < parameters.number('rounds'); n += 1) {
    must(role, 'sendto', raw.sendto(damaged, [isSix ? '::1' : '127.0.0.1', 0]));
    must(role, 'sendto', usual.sendto(data, serverAddress(parameters)));
  }
  raw.close();
  usual.close();
}

const RAW_PORT = 9;
/** Bits of the checksum that arrive otherwise than they were sent. */
const FLIP = 0x0101;

function expected(parameters: Parameters): number {
  return parameters.number('rounds') * (parameters.text('how') === 'wrong' ? 1 : 2);
}

export const scenario: Scenario = {
  id: 'damage',
  title: tell(
    'A datagram with a wrong checksum: on the wire, and never in a program',
    'Un datagrama con la suma de comprobación mal: en la red, y nunca en un programa',
    'Un datagrama amb la suma de comprovació malament: a la xarxa, i mai en un programa',
  ),
  teaches: tell(
    'That the kernel throws away what arrives damaged and tells nobody: the packet is in the capture, and no recvfrom ever sees it.',
    'Que el núcleo tira lo que llega dañado y no se lo dice a nadie: el paquete está en la captura, y ningún recvfrom lo ve nunca.',
    'Que el nucli llença el que arriba malmès i no ho diu a ningú: el paquet és a la captura, i cap recvfrom no el veu mai.',
  ),
  lookFor: damageChecks,
  questions: damageQuestions,
  protocol: 'udp',
  parameters: ['how', 'message', 'size', 'rounds', 'recv-buffer', 'family', 'port', 'rcvbuf'],
  defaults: { how: 'wrong', message: 'is this sound?', rounds: 1, 'recv-buffer': 2048 },
  narrow: {
    family: { choices: INTERNET },
    how: {
      help: {
        en: 'the checksum of the datagram that the client builds itself',
        es: 'la suma de comprobación del datagrama que construye el propio cliente',
        ca: 'la suma de comprovació del datagrama que construeix el mateix client',
      },
      choices: {
        wrong: {
          en: 'two of its bits are flipped',
          es: 'dos de sus bits están invertidos',
          ca: 'dos dels seus bits estan invertits',
        },
        right: { en: 'as it should be', es: 'como debe ser', ca: 'com ha de ser' },
      },
    },
    size: { max: 1400 },
    'recv-buffer': { min: 1400 },
  },
  variants: [
    {
      options: '--how right',
      shows: tell(
        'The same datagram with the right checksum is read like any other.',
        'El mismo datagrama con la suma correcta se lee como cualquier otro.',
        'El mateix datagrama amb la suma correcta es llegeix com qualsevol altre.',
      ),
    },
    {
      options: '--family ipv6 --rounds 3',
      shows: tell(
        'Three of six are thrown away, over IPv6.',
        'Tres de seis se tiran, sobre IPv6.',
        'Tres de sis es llencen, sobre IPv6.',
      ),
    },
    {
      options: '--size 1400 --rounds 2',
      shows: tell(
        'One wrong sum costs all 1400 bytes.',
        'Una suma mal cuesta los 1400 bytes.',
        'Una suma malament costa tots els 1400 bytes.',
      ),
    },
  ],
  roles: () => [
    { name: 'server', side: 'server', index: 0, entry: 'server', ready: null },
    { name: 'client', side: 'client', index: 0, entry: 'client', ready: 'bind' },
  ],
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeReads(parameters, outcome)],
};

function judgeReads(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const read = reports.get('server')?.['datagrams read'];
  if (read === expected(parameters) || mayLose(parameters)) return [];
  return [
    tell(
      `datagrams read: ${read ?? 0}; sound: ${expected(parameters)}`,
      `datagramas leídos: ${read ?? 0}; sanos: ${expected(parameters)}`,
      `datagrames llegits: ${read ?? 0}; sans: ${expected(parameters)}`,
    ),
  ];
}
