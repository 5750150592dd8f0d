import { IPPROTO_ICMP, IPPROTO_ICMPV6, SOCK_RAW } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Address, Socket } from '../../sockets/types.ts';
import type { Text } from '../../words/text.ts';
import { rawPingChecks } from '../checks/raw.ts';
import { tell } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { rawPingQuestions } from '../questions/dialogue.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { domain } from '../support/address.ts';
import { must } from '../support/must.ts';
import { INTERNET } from '../support/parameter-lists.ts';
import { mayLose } from '../support/patience.ts';
import { payloadOf } from '../support/payload.ts';
import { internetChecksum, rawSocket, withoutNetRaw } from '../support/raw.ts';
import { badEnds } from '../support/roles.ts';
import { recvSize } from '../support/tune.ts';

/** Sends echo requests that it builds itself. Nobody listens at the other end: its kernel answers. */
export function client(parameters: Parameters, role: RoleContext): void {
  const isSix = parameters.text('family') === 'ipv6';
  const protocol = isSix ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
  const refused = withoutNetRaw(() => socket(domain(parameters), SOCK_RAW, protocol));
  role.report('socket without CAP_NET_RAW', refused.errno ?? 'made');
  if (refused.errno === null) refused.close();
  const s = rawSocket(protocol, parameters, role);
  must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(parameters.number('timeout')));
  const payload = payloadOf(parameters);
  const id = process.pid & 0xffff;
  let replies = 0;
  for (let n = 1; n <= parameters.number('rounds'); n += 1) {
    const request = echoRequest(isSix, id, n, payload.slice(0, payload.length));
    const target: Address = [isSix ? '::1' : '127.0.0.1', 0];
    must(role, 'sendto', s.sendto(request, target));
    const answered = awaitReply(s, request, isSix, parameters, role);
    role.print(`request ${n}: ${answered ? 'answered' : 'no answer'}`);
    if (answered) replies += 1;
  }
  s.close();
  role.report('replies', replies);
}

/** On loopback a raw socket is given the request as well: what comes is looked at until it is the reply. */
function awaitReply(
  s: Socket,
  request: Buffer,
  isSix: boolean,
  parameters: Parameters,
  role: RoleContext,
): boolean {
  for (;;) {
    const got = s.recvfrom(recvSize(parameters, 'client'));
    if (!got.ok && got.errno === 'EAGAIN') return false;
    const { data } = must(role, 'recvfrom', got);
    const icmp = isSix ? data : data.subarray(((data[0] ?? 0) & 15) * 4); // IPv4 hands over its header too
    // Identifier, sequence number and data come back as they were sent.
    if (icmp[0] === (isSix ? 129 : 0) && icmp.subarray(4).equals(request.subarray(4, icmp.length)))
      return true;
  }
}

/** RFC 792 and RFC 4443 section 4.1; the checksum of ICMPv6 is the kernel's affair (RFC 3542 section 3.1). */
function echoRequest(isSix: boolean, id: number, sequence: number, data: Uint8Array): Buffer {
  const header = Buffer.alloc(8);
  header[0] = isSix ? 128 : 8;
  header.writeUInt16BE(id, 4);
  header.writeUInt16BE(sequence, 6);
  if (!isSix) header.writeUInt16BE(internetChecksum(header, data), 2);
  return Buffer.concat([header, data]);
}

export const scenario: Scenario = {
  id: 'raw-ping',
  title: tell(
    'A ping made by hand: ICMP echo through a raw socket',
    'Un ping hecho a mano: eco ICMP por un socket raw',
    'Un ping fet a mà: eco ICMP per un socket raw',
  ),
  teaches: tell(
    'That a raw socket sends packets that the program builds itself, that it needs a privilege, and that nobody has to listen for a ping: the kernel answers by itself.',
    'Que un socket raw envía paquetes que construye el propio programa, que exige un privilegio, y que para un ping nadie tiene que escuchar: contesta el núcleo por su cuenta.',
    'Que un socket raw envia paquets que construeix el mateix programa, que exigeix un privilegi, i que per a un ping no cal que escolti ningú: respon el nucli pel seu compte.',
  ),
  lookFor: rawPingChecks,
  questions: rawPingQuestions,
  protocol: 'icmp',
  parameters: ['message', 'size', 'rounds', 'recv-buffer', 'family', 'timeout'],
  defaults: { message: 'is anybody there?', rounds: 3, timeout: 2000, 'recv-buffer': 2048 },
  narrow: {
    family: { choices: INTERNET },
    rounds: {
      help: {
        en: 'how many requests are sent',
        es: 'cuántas peticiones se envían',
        ca: 'quantes peticions s’envien',
      },
    },
    size: { max: 1400 },
    'recv-buffer': { min: 28 },
    timeout: {
      help: {
        en: 'how long a reply is waited for',
        es: 'cuánto se espera una respuesta',
        ca: 'quant s’espera una resposta',
      },
    },
  },
  variants: [
    {
      options: '--family ipv6',
      shows: tell(
        'ICMPv6 has other numbers, and its raw socket hands over no IP header.',
        'ICMPv6 tiene otros números, y su socket raw no entrega la cabecera IP.',
        'ICMPv6 té altres números, i el seu socket raw no lliura la capçalera IP.',
      ),
    },
    {
      options: '--size 1000 --rounds 1',
      shows: tell(
        'A thousand bytes go there and come back.',
        'Mil bytes van y vuelven.',
        'Mil bytes van i tornen.',
      ),
    },
    {
      options: '--rounds 5 --recv-buffer 28',
      shows: tell(
        'A buffer of 28 bytes holds the two headers: the rest is cut off.',
        'En un búfer de 28 bytes caben las dos cabeceras: el resto se corta.',
        'En un buffer de 28 bytes hi caben les dues capçaleres: la resta es talla.',
      ),
    },
  ],
  roles: () => [{ name: 'client', side: 'client', index: 0, entry: 'client', ready: null }],
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeReplies(parameters, outcome)],
};

function judgeReplies(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const replies = reports.get('client')?.replies;
  const rounds = parameters.number('rounds');
  return replies === rounds || mayLose(parameters)
    ? []
    : [
        tell(
          `${replies ?? 0} of ${rounds} requests were answered`,
          `se contestaron ${replies ?? 0} de ${rounds} peticiones`,
          `s’han respost ${replies ?? 0} de ${rounds} peticions`,
        ),
      ];
}
