import { type Check, decide, fails, holds } from '../check.ts';
import type { Parameters } from '../parameters.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { recvSize } from '../support/tune.ts';
import { NO_HANDSHAKE } from './datagram.ts';
import { incomplete } from './stream.ts';
import { isUnix, kernelCounts, onWire, tell } from './tools.ts';

const HEADERS: Readonly<Record<string, number>> = { ipv4: 28, ipv6: 48 };

/** What is to be seen of datagrams that are larger than this or that. */
export function truncateChecks(parameters: Parameters): readonly Check[] {
  const size = parameters.number('size');
  const room = recvSize(parameters, 'server');
  const whole = playsBoth(parameters) && parameters.number('loss') === 0;
  const checks: Check[] = [];
  if (whole) checks.push(size > room ? cutOff(size, room) : readWhole(size));
  if (plays(parameters, 'client')) checks.push(TOO_LARGE);
  if (isUnix(parameters)) return [...onWire(parameters, []), ...checks];
  const mtu = parameters.optionalNumber('mtu');
  const headers = HEADERS[parameters.text('family')] ?? 0;
  if (plays(parameters, 'client') && mtu !== null && size + headers > mtu)
    checks.push(IN_FRAGMENTS, fragmentsCounted(parameters));
  return [...checks, NO_HANDSHAKE];
}

function cutOff(size: number, room: number): Check {
  return {
    text: tell(
      `Of the datagram of ${size} bytes recvmsg gives ${room} and says MSG_TRUNC; the rest is gone, while a TCP stream would have kept it for the next call.`,
      `Del datagrama de ${size} bytes recvmsg da ${room} y avisa con MSG_TRUNC; el resto se ha perdido, cuando un flujo TCP lo habría guardado para la llamada siguiente.`,
      `Del datagrama de ${size} bytes recvmsg en dona ${room} i avisa amb MSG_TRUNC; la resta s’ha perdut, mentre que un flux TCP l’hauria guardat per a la crida següent.`,
    ),
    test(run) {
      const [, second] = run.calls('server', 'recvmsg');
      if (second === undefined) return fails(NONE);
      const said = run.report('server', 'second cut') === true;
      return decide(
        said && second.ret === room,
        tell(`${second.ret}`, `${second.ret}`, `${second.ret}`),
        second,
        run.packetsOf(second, 'consumes'),
      );
    },
  };
}

function readWhole(size: number): Check {
  return {
    text: tell(
      `The datagram of ${size} ${size === 1 ? 'byte' : 'bytes'} fits the buffer: recvmsg gives it whole, and without MSG_TRUNC.`,
      `El datagrama de ${size} ${size === 1 ? 'byte' : 'bytes'} cabe en el búfer: recvmsg lo da entero y sin MSG_TRUNC.`,
      `El datagrama de ${size} ${size === 1 ? 'byte' : 'bytes'} cap al buffer: recvmsg el dona sencer i sense MSG_TRUNC.`,
    ),
    test(run) {
      const [, second] = run.calls('server', 'recvmsg');
      if (second === undefined) return fails(NONE);
      return decide(second.ret === size && run.report('server', 'second cut') === false, '', second);
    },
  };
}

const TOO_LARGE: Check = {
  text: tell(
    'What no datagram can hold is refused at once with EMSGSIZE, and not a byte of it leaves.',
    'Lo que no cabe en ningún datagrama se rechaza al momento con EMSGSIZE, y no sale ni un byte.',
    'El que no cap en cap datagrama es rebutja de seguida amb EMSGSIZE, i no en surt ni un byte.',
  ),
  test(run) {
    const last = run.calls('client', 'sendto').at(-1);
    if (last === undefined) return fails(NONE);
    return decide(last.errno === 'EMSGSIZE' && run.packetsOf(last).length === 0, '', last);
  },
};

const IN_FRAGMENTS: Check = {
  text: tell(
    'A datagram larger than the MTU travels in IP fragments; UDP and the receiving program know nothing of them.',
    'Un datagrama mayor que la MTU viaja en fragmentos IP; ni UDP ni el programa que lo recibe saben de ellos.',
    'Un datagrama més gran que la MTU viatja en fragments IP; ni UDP ni el programa que el rep no en saben res.',
  ),
  test(run) {
    const [, second] = run.calls('client', 'sendto');
    if (second === undefined) return fails(NONE);
    const packets = run.packetsOf(second, 'carries').filter(({ fragment }) => fragment);
    if (packets.length < 2) return run.complete ? fails(NONE, second, packets) : incomplete(run);
    return holds(
      second,
      packets,
      packets.slice(0, 1).flatMap((packet) => run.callsOf(packet, 'consumes')),
    );
  },
};

function fragmentsCounted(parameters: Parameters): Check {
  return kernelCounts(
    parameters.text('family') === 'ipv6' ? 'Ip6FragCreates' : 'IpFragCreates',
    tell(
      'The kernel counted as many fragments made (FragCreates) as the ladder shows.',
      'El núcleo contó tantos fragmentos creados (FragCreates) como muestra el diagrama.',
      'El nucli va comptar tants fragments creats (FragCreates) com mostra el diagrama.',
    ),
    (run) => run.packets().filter(({ fragment }) => fragment),
  );
}

const NONE = tell('there is none', 'no hay ninguno', 'no n’hi ha cap');
