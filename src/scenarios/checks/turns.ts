import { type Check, decide, fails, holds, judging } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { playsBoth } from '../support/plays.ts';
import { NO_HANDSHAKE, ONE_SEND_ONE_DATAGRAM_ONE_RECV } from './datagram.ts';
import { isUnix, onWire, tell } from './tools.ts';

/** Less time to type than this may be hidden by a busy machine. */
const SLOW_TYPIST_MS = 20;

function datagramChecks(parameters: Parameters): readonly Check[] {
  if (isUnix(parameters)) return onWire(parameters, []);
  const whole = playsBoth(parameters) && parameters.number('loss') === 0;
  return whole ? [NO_HANDSHAKE, ONE_SEND_ONE_DATAGRAM_ONE_RECV] : [NO_HANDSHAKE];
}

/** What is to be seen of two that talk by turns. */
export function chatChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = [...datagramChecks(parameters)];
  if (!playsBoth(parameters) || parameters.number('loss') > 0) return checks;
  if (parameters.number('think') >= SLOW_TYPIST_MS) checks.push(LISTENER_BLOCKS);
  return [...checks, BY_TURNS];
}

const LISTENER_BLOCKS: Check = {
  text: tell(
    'While one side types, the other is blocked in recvfrom, until the datagram comes.',
    'Mientras un lado teclea, el otro está bloqueado en recvfrom, hasta que llega el datagrama.',
    'Mentre una banda tecleja, l’altra és bloquejada a recvfrom, fins que arriba el datagrama.',
  ),
  test(run) {
    const blocked = run.calls('*', 'recvfrom').filter(({ took, ok }) => ok && took >= SLOW_TYPIST_MS / 2);
    // Who types may be quick, or slow.
    const typed = run.report('*', 'typed 1') !== undefined;
    return decide(blocked.length > 0 ? true : typed ? null : false, '', blocked);
  },
};

const BY_TURNS: Check = {
  text: tell(
    'Nobody speaks twice in a row: each sendto of a side has a recvfrom before it, the first one apart.',
    'Nadie habla dos veces seguidas: antes de cada sendto de un lado hay un recvfrom, salvo el primero.',
    'Ningú no parla dos cops seguits: abans de cada sendto d’una banda hi ha un recvfrom, tret del primer.',
  ),
  test(run) {
    for (const side of ['client', 'server']) {
      const calls = run.calls(side, ['sendto', 'recvfrom']).filter(({ ok }) => ok);
      const twice = calls.find((call, n) => n > 0 && call.name === calls[n - 1]?.name);
      if (twice !== undefined) return fails('', twice);
    }
    const sends = run.calls('*', 'sendto');
    return judging(sends, () => holds(sends));
  },
};

/** What is to be seen of a server that datagrams govern. */
export function controlChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = [...datagramChecks(parameters)];
  if (!playsBoth(parameters) || parameters.number('loss') > 0) return checks;
  checks.push(EACH_HAS_ITS_REPLY, ENDS_ITSELF);
  if (parameters.text('requests').split('|').includes('run:false')) checks.push(STATUS_COMES_BACK);
  return checks;
}

const EACH_HAS_ITS_REPLY: Check = {
  text: tell(
    'Each request has its reply, a datagram of its own the other way.',
    'Cada petición tiene su respuesta, un datagrama propio en el otro sentido.',
    'Cada petició té la seva resposta, un datagrama propi en l’altre sentit.',
  ),
  test(run) {
    const requests = run.calls('client', 'sendto').filter(({ ok }) => ok);
    const replies = run.calls('server', 'sendto').filter(({ ok }) => ok);
    return decide(requests.length > 0 && requests.length === replies.length, '', requests, replies);
  },
};

const STATUS_COMES_BACK: Check = {
  text: tell(
    'The exit status of the command comes back: that of false is 1.',
    'Vuelve el estado de salida de la orden: el de false es 1.',
    'Torna l’estat de sortida de l’ordre: el de false és 1.',
  ),
  test(run) {
    const reply = String(run.report('client', 'run:false'));
    return decide(reply.endsWith(' 1'), tell(reply, reply, reply), dataCalls(run, 'run:false'));
  },
};

const ENDS_ITSELF: Check = {
  text: tell(
    'The last request ends the server: it replies, closes its socket, and its process ends with exit code 0.',
    'La última petición hace terminar al servidor: responde, cierra su socket y su proceso acaba con el código de salida 0.',
    'L’última petició fa acabar el servidor: respon, tanca el seu socket i el seu procés acaba amb el codi de sortida 0.',
  ),
  test(run) {
    const reply = run.calls('server', 'sendto').at(-1);
    const [close] = run.calls('server', 'close');
    if (reply === undefined || close === undefined) return fails('', reply);
    return decide(run.before(reply, close) === true && run.exit('server') === 0, '', reply, close);
  },
};

function dataCalls(run: Evidence, text: string) {
  return run.calls('client', 'sendto').filter(({ data }) => Buffer.from(data ?? []).toString() === text);
}
