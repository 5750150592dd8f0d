import { escapeBytes } from '../../sockets/escaped-bytes.ts';
import type { Relation } from '../../timeline/types.ts';
import type { Text } from '../../words/text.ts';
import { type Check, decide, fails, holds, judging, untold, type Verdict } from '../check.ts';
import type { CallSeen, Evidence, PacketSeen } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { beginsWithMethod, refuses, statusOf } from '../support/http.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { incomplete } from './stream.ts';
import { isUnix, onWire, tell } from './tools.ts';

/** What is to be seen of requests by hand and their responses. */
export function httpChecks(parameters: Parameters): readonly Check[] {
  const checks: Check[] = isUnix(parameters) ? [...onWire(parameters, [])] : [];
  const byClose = parameters.text('body') === 'close';
  if (plays(parameters, 'client')) checks.push(REQUEST_IS_TEXT);
  if (!plays(parameters, 'client')) checks.push(REQUEST_HEARD, STATUS_SENT);
  if (playsBoth(parameters)) {
    checks.push(STATUS_LINE, byClose ? ENDED_BY_CLOSE : ENDED_BY_COUNT);
    if (byClose && !isUnix(parameters)) checks.push(SERVER_CLOSES_FIRST);
    if (parameters.number('rounds') > 1) checks.push(ONE_CONNECTION);
  }
  return checks;
}

const REQUEST_IS_TEXT: Check = {
  text: tell(
    'The request is lines of text, the first of them GET, and an empty line says that it is over.',
    'La petición son líneas de texto, la primera de ellas GET, y una línea vacía dice que ha acabado.',
    'La petició són línies de text, la primera de les quals és GET, i una línia buida diu que s’ha acabat.',
  ),
  test(run) {
    const [send] = run.calls('client', 'send');
    const text = Buffer.from(send?.data ?? []).toString('latin1');
    const whole = send?.data?.length === send?.bytes;
    if (send === undefined) return fails('');
    return decide(
      text.startsWith('GET ') && (!whole || text.endsWith('\r\n\r\n')),
      '',
      send,
      run.packetsOf(send, 'carries'),
    );
  },
};

/** What a server sees of a client that is somebody else's program. */
const REQUEST_HEARD: Check = {
  text: tell(
    'What the server reads is text that begins with a method: GET, HEAD…',
    'Lo que lee el servidor es texto que empieza por un método: GET, HEAD…',
    'El que llegeix el servidor és text que comença per un mètode: GET, HEAD…',
  ),
  test(run) {
    const recvs = run.calls('server', 'recv').filter(({ bytes }) => bytes > 0);
    if (recvs.length === 0) return untold(NO_REQUEST, run.calls('server', 'recv'));
    const refused = refusedRequests(run, recvs);
    const others = recvs.filter((recv) => !refused.includes(recv));
    const verdict = eachStart(run, others, 'consumes', beginsWithMethod);
    const [socket] = refused.map((recv) => recv.socket);
    if (verdict.holds !== true || socket === undefined) return verdict;
    const { text, heard } = startOf(refused.filter((recv) => recv.socket === socket));
    return untold(noMethod(quoted(text)), heard);
  },
};

/** What a stranger sends need be no request: the server is right when it takes it for none. These recvs brought such bytes. */
function refusedRequests(run: Evidence, recvs: readonly CallSeen[]): readonly CallSeen[] {
  const sends = run.calls('server', 'send').filter(({ bytes }) => bytes > 0);
  const isRefused = (socket: string | null): boolean => {
    const { text } = startOf(recvs.filter((call) => call.socket === socket));
    if (beginsWithMethod(text) !== false) return false;
    const answer = startOf(sends.filter((call) => call.socket === socket)).text;
    return answer === '' || refuses(statusOf(answer));
  };
  const refused = new Set([...new Set(recvs.map(({ socket }) => socket))].filter(isRefused));
  return recvs.filter(({ socket }) => refused.has(socket));
}

function noMethod(text: string): Text {
  return tell(
    `the other program sent ${text}, which is no request, and the server did not take it for one`,
    `el otro programa envió ${text}, que no es ninguna petición, y el servidor no lo tomó por tal`,
    `l’altre programa ha enviat ${text}, que no és cap petició, i el servidor no l’ha pres per tal`,
  );
}

const STATUS_SENT: Check = {
  text: tell(
    'The server answers with a status line, HTTP/1.1 and a number; the FIN says nothing of how it went.',
    'El servidor contesta con una línea de estado, HTTP/1.1 y un número; el FIN no dice nada de cómo fue.',
    'El servidor respon amb una línia d’estat, HTTP/1.1 i un número; el FIN no diu res de com ha anat.',
  ),
  test(run) {
    const sends = run.calls('server', 'send').filter(({ bytes }) => bytes > 0);
    if (sends.length === 0) return untold(NO_REQUEST, run.calls('server', 'recv'));
    return eachStart(run, sends, 'carries', (text) =>
      text.length < START ? null : /^HTTP\/1\.1 \d{3} /.test(text),
    );
  },
};

/** What each connection begins with, all bytes of its first calls together: a recv may bring a part of a word. */
function eachStart(
  run: Evidence,
  calls: readonly CallSeen[],
  relation: Relation,
  isSo: (text: string) => boolean | null,
): Verdict {
  const proof: (CallSeen | PacketSeen)[] = [];
  for (const socket of new Set(calls.map((call) => call.socket))) {
    const { text, heard } = startOf(calls.filter((call) => call.socket === socket));
    const answer = isSo(text);
    const packets = heard.flatMap((call) => run.packetsOf(call, relation));
    if (answer !== true) return decide(answer, quoted(text), heard, packets);
    proof.push(...heard, ...packets);
  }
  return holds(proof);
}

function quoted(text: string): string {
  return `“${escapeBytes(Buffer.from(text, 'latin1'))}”`;
}

/** Enough of it for a method, or for a version and a status. */
const START = 16;

function startOf(calls: readonly CallSeen[]) {
  const heard: CallSeen[] = [];
  let text = '';
  for (const call of calls) {
    heard.push(call);
    text += Buffer.from(call.data ?? []).toString('latin1');
    if (text.length >= START || call.data?.length !== call.bytes) break;
  }
  return { text: text.slice(0, START), heard };
}

const NO_REQUEST = tell('no request came', 'no llegó ninguna petición', 'no ha arribat cap petició');

const STATUS_LINE: Check = {
  text: tell(
    'The response begins with a status line; whether the page was found stands there, not in the connection.',
    'La respuesta empieza con una línea de estado; si se encontró la página lo dice ella, no la conexión.',
    'La resposta comença amb una línia d’estat; si s’ha trobat la pàgina ho diu ella, no la connexió.',
  ),
  test(run) {
    const status = run.report('client', 'status');
    const expected = run.parameters.text('path') === '/' ? 200 : 404;
    const text = `${status}`;
    return decide(status === expected, tell(text, text, text), run.calls('server', 'send').slice(0, 1));
  },
};

const ENDED_BY_COUNT: Check = {
  text: tell(
    'The client knows from the head how long the body is, and has all of it before any recv returns 0.',
    'El cliente sabe por la cabecera cuánto mide el cuerpo, y lo tiene entero sin que ningún recv devuelva 0.',
    'El client sap per la capçalera quant fa el cos, i el té sencer sense que cap recv retorni 0.',
  ),
  test(run) {
    const recvs = run.calls('client', 'recv');
    const ends = recvs.filter(({ ok, ret }) => ok && ret === 0);
    return judging(recvs, () => decide(ends.length === 0, '', ends.length === 0 ? recvs.slice(-1) : ends));
  },
};

const ENDED_BY_CLOSE: Check = {
  text: tell(
    'Only the end of the stream tells the client that the body is over: recv returns 0.',
    'Solo el final del flujo le dice al cliente que el cuerpo ha acabado: recv devuelve 0.',
    'Només el final del flux diu al client que el cos s’ha acabat: recv retorna 0.',
  ),
  test(run) {
    const last = run.calls('client', 'recv').at(-1);
    return decide(last?.ret === 0, '', last);
  },
};

const SERVER_CLOSES_FIRST: Check = {
  text: tell(
    'The server closes first: its FIN comes before the client’s.',
    'El servidor cierra primero: su FIN llega antes que el del cliente.',
    'El servidor tanca primer: el seu FIN arriba abans que el del client.',
  ),
  test(run) {
    const [first] = run.packets({ flags: 'FIN' });
    if (first === undefined) return run.complete ? fails('') : incomplete(run);
    return decide(first.from === 'server', '', first);
  },
};

const ONE_CONNECTION: Check = {
  text: tell(
    'All requests go over one connection; the last one says Connection: close.',
    'Todas las peticiones van por una conexión; la última dice Connection: close.',
    'Totes les peticions van per una connexió; l’última diu Connection: close.',
  ),
  test(run) {
    const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
    return accepts.length === 1 ? holds(accepts) : fails('', accepts);
  },
};
