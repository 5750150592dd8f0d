import { type Check, decide, fails, untold } from '../check.ts';
import type { CallSeen, Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { payloadOf } from '../support/payload.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { isUnix, onWire, tell } from './tools.ts';

/** The least send buffer of Linux; what is asked for is doubled, and a little more than that may be taken. */
const LEAST_SNDBUF = 2304;

/** What is to be seen when one message is sent in these ways, one connection each. */
export function sendChecks(parameters: Parameters, ways: readonly string[]): readonly Check[] {
  const { length } = payloadOf(parameters);
  const blocking = parameters.flag('blocking');
  const checks: Check[] = isUnix(parameters) ? [...onWire(parameters, [])] : [];
  if (plays(parameters, 'client')) {
    const tight = length > 8 * Math.max(LEAST_SNDBUF, parameters.number('sndbuf'));
    const place = (way: string) => ways.indexOf(way);
    if (ways.includes('once')) {
      if (blocking) checks.push(BLOCKING_TAKES_ALL);
      else if (tight) checks.push(takesLess(place('once')));
    }
    if (ways.includes('loop')) checks.push(goesOn(place('loop'), length));
    if (ways.includes('sendall') && length > 0) checks.push(loopInside(length));
  }
  if (playsBoth(parameters)) checks.push(arrived(ways));
  return checks;
}

const BLOCKING_TAKES_ALL: Check = {
  text: tell(
    'A send on a blocking socket takes everything: it returns only when the kernel has copied the last byte.',
    'Un send por un socket bloqueante lo toma todo: no devuelve el control hasta que el núcleo ha copiado el último byte.',
    'Un send per un socket bloquejant ho pren tot: no retorna fins que el nucli ha copiat l’últim byte.',
  ),
  test(run) {
    const sends = run.calls('client', 'send').filter(({ ok }) => ok);
    const short = sends.filter(({ ret, length }) => ret !== length);
    return short.length > 0 ? fails(took(short[0]), short) : decide(sends.length > 0, took(sends[0]), sends);
  },
};

function takesLess(place: number): Check {
  return {
    text: tell(
      'send takes fewer bytes than it is given, without an error; what it did not take is never sent.',
      'send toma menos bytes de los que se le dan, sin error alguno; lo que no tomó no se envía nunca.',
      'send pren menys bytes dels que se li donen, sense cap error; el que no ha pres no s’envia mai.',
    ),
    test(run) {
      const [send] = sendsOf(run, place);
      if (send === undefined) return fails(NO_SEND);
      return decide(
        send.ok && send.bytes < (send.length ?? 0),
        took(send),
        send,
        run.packetsOf(send, 'carries'),
      );
    },
  };
}

function goesOn(place: number, length: number): Check {
  return {
    text: tell(
      `The loop goes on where the last send stopped, until all ${length} bytes are taken.`,
      `El bucle sigue donde se quedó el último send, hasta que se han tomado los ${length} bytes.`,
      `El bucle continua on s’havia aturat l’últim send, fins que s’han pres els ${length} bytes.`,
    ),
    test(run) {
      const sends = sendsOf(run, place);
      let offset = 0;
      for (const send of sends) {
        if (send.offset !== null && send.offset !== offset) return fails(took(send), send);
        offset += send.bytes;
      }
      const sizes = sends.map(({ bytes }) => bytes).join(' + ');
      return decide(offset === length, tell(sizes, sizes, sizes), sends);
    },
  };
}

function loopInside(length: number): Check {
  return {
    text: tell(
      'sendall is that same loop inside one call: it makes the sends, and returns when all is taken.',
      'sendall es ese mismo bucle dentro de una sola llamada: hace los send y devuelve el control cuando se ha tomado todo.',
      'sendall és aquest mateix bucle dins d’una sola crida: fa els send i retorna quan s’ha pres tot.',
    ),
    test(run) {
      const [span] = run.calls('client', 'sendall');
      if (span === undefined) return fails(NO_SEND);
      const inside = run
        .calls(span.role, 'send')
        .filter(({ socket, entered }) => socket === span.socket && entered >= span.entered);
      const note = tell(`sends: ${inside.length}`, `send: ${inside.length}`, `send: ${inside.length}`);
      return decide(span.ok && span.ret === length && inside.length > 0, note, span, inside);
    },
  };
}

function arrived(ways: readonly string[]): Check {
  return {
    text: tell(
      'The server reads exactly the bytes that the sends took, and no others.',
      'El servidor lee exactamente los bytes que tomaron los send, y ninguno más.',
      'El servidor llegeix exactament els bytes que van prendre els send, i cap més.',
    ),
    test(run) {
      const pairs = ways.map((way) => [
        run.report('client', `${way} bytes`),
        run.report('server', `${way} bytes`),
      ]);
      if (pairs.some(([sent, read]) => sent === undefined || read === undefined)) return untold(NO_SEND);
      const text = pairs.map(([sent, read]) => `${sent}/${read}`).join(', ');
      return decide(
        pairs.every(([sent, read]) => sent === read),
        tell(`sent/read: ${text}`, `enviado/leído: ${text}`, `enviat/llegit: ${text}`),
      );
    },
  };
}

/** The client’s sends on the socket of its n-th connection. */
function sendsOf(run: Evidence, place: number): readonly CallSeen[] {
  const socket = run.calls('client', 'connect').filter(({ ok }) => ok)[place]?.socket;
  return socket === undefined
    ? []
    : run.calls('client', 'send').filter((send) => send.socket === socket && send.ok);
}

function took(send: CallSeen | undefined): Check['text'] {
  const text = `${send?.bytes ?? 0}/${send?.length ?? 0}`;
  return tell(`took ${text}`, `tomó ${text}`, `en va prendre ${text}`);
}

const NO_SEND = tell('there is no such send', 'no hay tal send', 'no hi ha cap send així');
