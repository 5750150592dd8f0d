import { type Check, decide, fails, judging, untold } from '../check.ts';
import type { Evidence, PacketSeen } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { incomplete } from './stream.ts';
import { countedNote, found, notOurs, tell } from './tools.ts';

/** What is to be seen of a ping made by hand. */
export function rawPingChecks(parameters: Parameters): readonly Check[] {
  const byHand = parameters.text('family') === 'ipv6' ? ICMPV6_BY_HAND : ICMP_BY_HAND;
  if (parameters.number('loss') > 0) return [NEEDS_A_PRIVILEGE, byHand];
  return [NEEDS_A_PRIVILEGE, byHand, KERNEL_ANSWERS, BOTH_ARE_GIVEN];
}

/** What is to be seen of a datagram whose checksum was spoiled. */
export function damageChecks(parameters: Parameters): readonly Check[] {
  if (parameters.text('how') === 'right') return [MADE_BY_HAND, RIGHT_ONES_ARE_READ];
  return [MADE_BY_HAND, NEVER_READ, DAMAGE_COUNTED];
}

/** What is to be seen of datagrams that come twice, or in another order. */
export function disorderChecks(parameters: Parameters): readonly Check[] {
  if (parameters.number('loss') > 0) return [MADE_BY_HAND];
  return [MADE_BY_HAND, AS_IT_COMES, disordered(parameters.text('how'))];
}

const NEEDS_A_PRIVILEGE: Check = {
  text: tell(
    'Without the privilege CAP_NET_RAW socket(…, SOCK_RAW, …) fails with EPERM; with it, it succeeds.',
    'Sin el privilegio CAP_NET_RAW, socket(…, SOCK_RAW, …) falla con EPERM; con él, funciona.',
    'Sense el privilegi CAP_NET_RAW, socket(…, SOCK_RAW, …) falla amb EPERM; amb ell, funciona.',
  ),
  test(run) {
    const made = run.calls('client', 'socket');
    const refused = made.filter(({ errno }) => errno === 'EPERM');
    return decide(refused.length === 1 && made.some(({ ok }) => ok), '', made);
  },
};

const MADE_BY_HAND: Check = {
  text: tell(
    'What the raw socket is given to send is the packet behind the IP header, byte for byte, ports and checksum included.',
    'Lo que se le da a enviar al socket raw es el paquete tras la cabecera IP, byte a byte, con sus puertos y su suma.',
    'El que es dona a enviar al socket raw és el paquet rere la capçalera IP, byte a byte, amb els seus ports i la seva suma.',
  ),
  test: (run) => found(run, rawOnes(run), ''),
};

const ICMP_BY_HAND: Check = {
  ...MADE_BY_HAND,
  text: tell(
    'What the raw socket is given to send is the packet behind the IP header, byte for byte, checksum included.',
    'Lo que se le da a enviar al socket raw es el paquete tras la cabecera IP, byte a byte, con su suma.',
    'El que es dona a enviar al socket raw és el paquet rere la capçalera IP, byte a byte, amb la seva suma.',
  ),
};

/** RFC 3542 section 3.1: the checksum covers the source address too, which the kernel may choose as late as that. */
const ICMPV6_BY_HAND: Check = {
  ...MADE_BY_HAND,
  text: tell(
    'What the raw socket is given to send is the packet behind the IP header, byte for byte but for the checksum: that of ICMPv6 is filled in by the kernel.',
    'Lo que se le da a enviar al socket raw es el paquete tras la cabecera IP, byte a byte salvo la suma: la de ICMPv6 la pone el núcleo.',
    'El que es dona a enviar al socket raw és el paquet rere la capçalera IP, byte a byte llevat de la suma: la d’ICMPv6 la posa el nucli.',
  ),
};

const KERNEL_ANSWERS: Check = {
  text: tell(
    'Each request has its reply, which no program made: the kernel answers by itself.',
    'Cada petición tiene su respuesta, que no hizo ningún programa: contesta el núcleo por su cuenta.',
    'Cada petició té la seva resposta, que no va fer cap programa: respon el nucli pel seu compte.',
  ),
  test(run) {
    const requests = rawOnes(run);
    const replies = run.packets({ reason: 'icmp-echo-reply' });
    const note = countedNote('ICMP echo reply', replies.length, requests.length);
    if (!run.complete) return incomplete(run, replies);
    return decide(replies.length > 0 && replies.length === requests.length, note, requests, replies);
  },
};

const BOTH_ARE_GIVEN: Check = {
  text: tell(
    'A raw socket is given a copy of every ICMP packet: on loopback also of its own request.',
    'Un socket raw recibe copia de todo paquete ICMP: en loopback, también de su propia petición.',
    'Un socket raw rep còpia de tot paquet ICMP: a loopback, també de la seva pròpia petició.',
  ),
  test(run) {
    const requests = rawOnes(run);
    const given = run.calls('client', 'recvfrom').filter(({ ok }) => ok);
    const packets = given.flatMap((call) => run.packetsOf(call, 'completes', 'consumes'));
    const note = countedNote('recvfrom', given.length, requests.length);
    return judging(requests, () => decide(given.length >= 2 * requests.length, note, given, packets));
  },
};

const NEVER_READ: Check = {
  text: tell(
    'The damaged datagram was on the wire, and no recvfrom ever saw it: only the sound ones are read.',
    'El datagrama dañado estuvo en la red, y ningún recvfrom lo vio: solo se leen los que están bien.',
    'El datagrama malmès va ser a la xarxa, i cap recvfrom no el va veure: només es llegeixen els que estan bé.',
  ),
  test(run) {
    const damaged = rawOnes(run);
    if (damaged.length === 0) return run.complete ? fails('') : incomplete(run);
    const readers = damaged.flatMap((packet) => run.callsOf(packet, 'consumes'));
    return decide(readers.length === 0, '', damaged, readers, run.calls('server', 'recvfrom'));
  },
};

const DAMAGE_COUNTED: Check = {
  text: tell(
    'The kernel counted as many wrong checksums (InCsumErrors) as datagrams were damaged.',
    'El núcleo contó tantas sumas mal (InCsumErrors) como datagramas se dañaron.',
    'El nucli va comptar tantes sumes malament (InCsumErrors) com datagrames es van malmetre.',
  ),
  test(run) {
    const damaged = rawOnes(run).filter(({ lost }) => !lost);
    const isSix = run.parameters.text('family') === 'ipv6';
    const name = isSix ? 'Udp6InCsumErrors' : 'UdpInCsumErrors';
    const counted = run.counter(name);
    if (counted === null) return untold(notOurs(run), damaged);
    if (!run.complete) return incomplete(run, damaged);
    const note = countedNote(name, counted, damaged.length);
    return judging(rawOnes(run), () => decide(counted === damaged.length, note, damaged));
  },
};

const RIGHT_ONES_ARE_READ: Check = {
  text: tell(
    'With the right checksum it is read like any other: the server cannot tell who built it.',
    'Con la suma correcta se lee como cualquier otro: el servidor no sabe quién lo construyó.',
    'Amb la suma correcta es llegeix com qualsevol altre: el servidor no sap qui el va construir.',
  ),
  test: eachIsRead,
};

const AS_IT_COMES: Check = {
  text: tell(
    'Each datagram on the wire is what one recvfrom gets, in the order in which they came.',
    'Cada datagrama de la red es lo que recibe un recvfrom, en el orden en que llegaron.',
    'Cada datagrama de la xarxa és el que rep un recvfrom, en l’ordre en què van arribar.',
  ),
  test: eachIsRead,
};

function eachIsRead(run: Evidence) {
  const packets = rawOnes(run).filter(({ lost }) => !lost);
  if (packets.length === 0) return run.complete ? fails('') : incomplete(run);
  const readers = packets.map((packet) => run.callsOf(packet, 'consumes'));
  const isInOrder = readers.every(
    ([call], n) => n === 0 || (call?.entered ?? 0) > (readers[n - 1]?.[0]?.entered ?? 0),
  );
  const isRead = readers.every((calls) => calls.length === 1);
  return decide(isRead && isInOrder, '', packets, readers.flat());
}

function disordered(how: string): Check {
  const text =
    how === 'none'
      ? tell(
          'Nothing comes twice and nothing late: a lucky network.',
          'Nada llega dos veces ni tarde: una red con suerte.',
          'Res no arriba dos cops ni tard: una xarxa amb sort.',
        )
      : how === 'reorder'
        ? tell(
            'Some come after a later number: nothing but the number tells, and nothing puts them right.',
            'Algunos llegan después de un número posterior: solo el número lo revela, y nada los ordena.',
            'Alguns arriben després d’un número posterior: només el número ho revela, i res no els ordena.',
          )
        : tell(
            'Some come twice, and recvfrom gives both: nothing but the number tells.',
            'Algunos llegan dos veces, y recvfrom da los dos: solo el número lo revela.',
            'Alguns arriben dos cops, i recvfrom dona tots dos: només el número ho revela.',
          );
  return {
    text,
    test(run) {
      const twice = Number(run.report('server', 'twice'));
      const late = Number(run.report('server', 'late'));
      const order = String(run.report('server', 'order'));
      const isSo = twice > 0 === (how === 'duplicate') && late > 0 === (how === 'reorder');
      const recvs = run.calls('server', 'recvfrom');
      return judging(recvs, () => decide(isSo, tell(order, order, order), recvs));
    },
  };
}

function rawOnes(run: Evidence): readonly PacketSeen[] {
  return run.packets({ reason: 'raw' });
}
