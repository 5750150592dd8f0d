import { type Check, decide, fails, holds, untold } from '../check.ts';
import type { Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { neverCame, plays, playsBoth } from '../support/plays.ts';
import { ANSWER, LENGTH_BYTES } from '../support/transfer.ts';
import { each, HANDSHAKE_IN_CONNECT, incomplete, SENDS_AND_RECVS_HAVE_SEGMENTS } from './stream.ts';
import { tell } from './tools.ts';

/** What is to be seen of a file over TCP. */
export function transferChecks(parameters: Parameters): readonly Check[] {
  const once = parameters.text('serve') === 'once' && parameters.number('clients') > 1;
  const onWire = parameters.text('family') !== 'unix';
  const checks: Check[] = [];
  if (onWire && plays(parameters, 'client')) checks.push(HANDSHAKE_IN_CONNECT);
  if (onWire && !once) checks.push(SENDS_AND_RECVS_HAVE_SEGMENTS);
  if (onWire && plays(parameters, 'client') && !once) checks.push(...manySegmentsASend(parameters));
  if (plays(parameters, 'server')) checks.push(LENGTH_ON_ITS_OWN);
  if (playsBoth(parameters) && !once) checks.push(ONLY_THE_ANSWER_TELLS);
  if (playsBoth(parameters)) checks.push(SAME_DIGEST);
  return checks;
}

/** Headers of IP and TCP without options: what the MSS leaves of an MTU (RFC 6691). */
const HEADERS: Readonly<Record<string, number>> = { ipv4: 40, ipv6: 60 };

/** Only where every full send is certain to be larger than a segment. */
function manySegmentsASend(parameters: Parameters): readonly Check[] {
  const chunk = parameters.number('chunk');
  const mtu = parameters.optionalNumber('mtu');
  const size = parameters.optionalText('file') === null ? (parameters.optionalNumber('size') ?? 0) : 0;
  if (mtu === null || parameters.optionalText('offload') !== 'off') return [];
  if (chunk <= mtu || size < chunk) return [];
  const headers = HEADERS[parameters.text('family')] ?? 40;
  const mss = mtu - headers;
  return [
    {
      text: {
        en: `One send is not one segment: a send of ${chunk} bytes leaves in segments of at most ${mss} (MTU ${mtu} less ${headers} of headers; 12 fewer with timestamps), and one recv takes what is there of them.`,
        es: `Un send no es un segmento: un send de ${chunk} bytes sale en segmentos de ${mss} como mucho (MTU ${mtu} menos ${headers} de cabeceras; 12 menos con marcas de tiempo), y un recv se lleva lo que haya de ellos.`,
        ca: `Un send no és un segment: un send de ${chunk} bytes surt en segments de ${mss} com a molt (MTU ${mtu} menys ${headers} de capçaleres; 12 menys amb marques de temps), i un recv s’emporta el que hi hagi d’ells.`,
      },
      test(run) {
        const full = run.calls('client', 'send').filter(({ bytes }) => bytes > mtu);
        if (full.length === 0) return fails(NO_LARGE_SEND, run.calls('client', 'send'));
        const largest = Math.max(...run.packets({ from: 'client', data: true }).map(({ bytes }) => bytes));
        const verdict = each(full.slice(0, 20), (send) => {
          const packets = run.packetsOf(send, 'carries');
          if (packets.length < 2 && !run.complete) return incomplete(run, send, packets);
          return decide(packets.length > 1 && largest <= mss, '', send, packets);
        });
        return verdict.holds === null ? verdict : { ...verdict, note: largestHere(largest, mss) };
      },
    },
  ];
}

/** Options, timestamps above all, take 12 bytes or more of each segment, which the MSS does not count. */
function largestHere(bytes: number, mss: number): Check['text'] {
  return bytes < mss
    ? tell(
        `the largest here: ${bytes}, for the TCP options take up room too`,
        `el mayor aquí: ${bytes}, pues también las opciones de TCP ocupan sitio`,
        `el més gran aquí: ${bytes}, perquè també les opcions de TCP ocupen lloc`,
      )
    : tell(`the largest here: ${bytes}`, `el mayor aquí: ${bytes}`, `el més gran aquí: ${bytes}`);
}

const LENGTH_ON_ITS_OWN: Check = {
  text: {
    en: 'The four bytes of the length are read on their own, because the server asks for four and no more.',
    es: 'Los cuatro bytes de la longitud se leen aparte, porque el servidor pide cuatro y ni uno más.',
    ca: 'Els quatre bytes de la longitud es llegeixen a part, perquè el servidor en demana quatre i cap més.',
  },
  test(run) {
    const seen = new Set<string | null>();
    const firsts = run.calls('server', 'recv').filter(({ socket, ok }) => {
      const isFirst = ok && !seen.has(socket);
      if (ok) seen.add(socket);
      return isFirst;
    });
    if (firsts.length === 0) return neverCame(run, NOTHING_READ);
    return each(firsts, (recv) =>
      decide((recv.length ?? 0) <= LENGTH_BYTES && recv.bytes <= LENGTH_BYTES, '', recv),
    );
  },
};

const ONLY_THE_ANSWER_TELLS: Check = {
  text: {
    en: `The client’s last send returns before the server has read the last byte; only the answer “${ANSWER}” says that all arrived.`,
    es: `El último send del cliente devuelve el control antes de que el servidor haya leído el último byte; solo la respuesta «${ANSWER}» dice que ha llegado todo.`,
    ca: `L’últim send del client retorna abans que el servidor hagi llegit l’últim byte; només la resposta «${ANSWER}» diu que ha arribat tot.`,
  },
  test(run) {
    const sockets = new Set(run.calls('client', 'recv').map(({ socket }) => socket));
    const proof = [...sockets].map((socket) => {
      const mine = run.calls('client', ['send', 'recv']).filter((call) => call.socket === socket);
      const lastSend = mine.findLast(({ name, bytes }) => name === 'send' && bytes > 0);
      const answer = mine.findLast(({ name, bytes }) => name === 'recv' && bytes > 0);
      return { lastSend, answer };
    });
    const lastRead = run.calls('server', 'recv').findLast(({ bytes }) => bytes > 0);
    for (const { lastSend, answer } of proof) {
      if (lastSend === undefined || answer === undefined) return fails(NO_ANSWER, lastSend);
      if (run.endsBefore(lastSend, answer) !== true) return fails(ANSWER_TOO_EARLY, lastSend, answer);
    }
    const lastAnswer = proof
      .map(({ answer }) => answer)
      .sort((a, b) => late(a) - late(b))
      .at(-1);
    if (lastRead === undefined || run.endsBefore(lastRead, lastAnswer) === false)
      return fails(ANSWER_TOO_EARLY, lastRead, lastAnswer);
    return holds(proof.flatMap(({ lastSend, answer }) => [lastSend, answer]).filter(isThere), lastRead);
  },
};

function late(call: { readonly returned: number } | undefined): number {
  return call?.returned ?? 0;
}

function isThere<T>(item: T | undefined): item is T {
  return item !== undefined;
}

const SAME_DIGEST: Check = {
  text: {
    en: 'SHA-256 of what was sent and of what was received are equal.',
    es: 'El SHA-256 de lo enviado y el de lo recibido son iguales.',
    ca: 'El SHA-256 del que s’ha enviat i el del que s’ha rebut són iguals.',
  },
  test(run) {
    const sent = new Set(run.reports('client', 'sha256'));
    const received = receivedDigests(run);
    if (received.length === 0) return untold(NOTHING_READ);
    const note = { en: `SHA-256 ${received[0]}`, es: `SHA-256 ${received[0]}`, ca: `SHA-256 ${received[0]}` };
    return decide(
      received.every((digest) => sent.has(digest)),
      note,
    );
  },
};

function receivedDigests(run: Evidence): readonly (string | number | boolean)[] {
  const clients = run.parameters.number('clients');
  return Array.from({ length: clients }, (_, n) => run.reports('server', `file ${n + 1} sha256`)).flat();
}

const NO_LARGE_SEND: Check['text'] = {
  en: 'no send took more than a segment holds',
  es: 'ningún send tomó más de lo que cabe en un segmento',
  ca: 'cap send no va prendre més del que cap en un segment',
};
const NOTHING_READ: Check['text'] = {
  en: 'the server read nothing',
  es: 'el servidor no leyó nada',
  ca: 'el servidor no va llegir res',
};
const NO_ANSWER: Check['text'] = {
  en: 'the client got no answer',
  es: 'el cliente no recibió respuesta',
  ca: 'el client no va rebre resposta',
};
const ANSWER_TOO_EARLY: Check['text'] = {
  en: 'the answer came before all was sent and read',
  es: 'la respuesta llegó antes de que se enviara y leyera todo',
  ca: 'la resposta va arribar abans que s’enviés i es llegís tot',
};
