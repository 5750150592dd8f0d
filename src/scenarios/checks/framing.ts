import { type Check, decide, fails, holds, untold } from '../check.ts';
import type { CallSeen, Evidence } from '../evidence.ts';
import type { Parameters } from '../parameters.ts';
import { plays, playsBoth } from '../support/plays.ts';
import { recvSize } from '../support/tune.ts';
import { incomplete } from './stream.ts';
import { isUnix, onWire, tell } from './tools.ts';

/** What is to be seen of a text and an image of so many bytes, with this framing. */
export function framingChecks(
  parameters: Parameters,
  textBytes: number,
  imageBytes: number,
): readonly Check[] {
  const framing = parameters.text('framing');
  const checks: Check[] = isUnix(parameters) ? [...onWire(parameters, [])] : [];
  const both = playsBoth(parameters);
  if (both) checks.push(framing === 'naive' ? runTogether(textBytes) : SAME_ITEMS);
  switch (framing) {
    case 'length':
    case 'tlv':
      if (plays(parameters, 'server')) checks.push(knowsHowMany(framing, recvSize(parameters, 'server')));
      break;
    case 'delimiter':
      if (plays(parameters, 'client')) checks.push(moreOnTheWire(textBytes + imageBytes));
      break;
    case 'half-close':
      if (both) checks.push(ENDED_BY_FIN_EACH_WAY);
      break;
    case 'two-connections':
      if (both) checks.push(ONE_EACH);
      break;
    default:
  }
  return checks;
}

function runTogether(textBytes: number): Check {
  return {
    text: tell(
      `Two sends mark no border: the first recv does not return the ${textBytes} bytes of the text, and text and image come out wrong.`,
      `Dos send no marcan ninguna frontera: el primer recv no devuelve los ${textBytes} bytes del texto, y texto e imagen salen mal.`,
      `Dos send no marquen cap frontera: el primer recv no retorna els ${textBytes} bytes del text, i text i imatge surten malament.`,
    ),
    test(run) {
      const [recv] = run.calls('server', 'recv');
      const wrong = run.report('server', 'text bytes') !== textBytes && !same(run, 'image');
      if (recv === undefined) return untold(came(recv));
      return decide(wrong, came(recv), recv, run.packetsOf(recv, 'consumes'));
    },
  };
}

const SAME_ITEMS: Check = {
  text: tell(
    'Text and image come out on the other side as they went in (SHA-256).',
    'Texto e imagen salen al otro lado tal como entraron (SHA-256).',
    'Text i imatge surten a l’altra banda tal com hi van entrar (SHA-256).',
  ),
  test: (run) => decide(same(run, 'text') && same(run, 'image'), ''),
};

function knowsHowMany(framing: string, room: number): Check {
  const header = framing === 'tlv' ? 1 : 4;
  return {
    text:
      framing === 'tlv'
        ? tell(
            'The reader takes a byte of type, 4 of length and then as many as those say: it never asks for more than belongs to the item.',
            'El lector toma un byte de tipo, 4 de longitud y luego tantos como estos digan: nunca pide más de lo que es del elemento.',
            'El lector pren un byte de tipus, 4 de longitud i després tants com aquests diguin: no demana mai més del que és de l’element.',
          )
        : tell(
            'The reader takes 4 bytes of length and then as many as those say: it never asks for more than belongs to the item.',
            'El lector toma 4 bytes de longitud y luego tantos como estos digan: nunca pide más de lo que es del elemento.',
            'El lector pren 4 bytes de longitud i després tants com aquests diguin: no demana mai més del que és de l’element.',
          ),
    test(run) {
      const recvs = run.calls('server', 'recv');
      const [first] = recvs;
      if (first === undefined) return fails(came(first));
      return decide(first.length === Math.min(header, room), came(first), recvs.slice(0, 4));
    },
  };
}

function moreOnTheWire(bytes: number): Check {
  return {
    text: tell(
      `More than the ${bytes} bytes of text and image go over the wire: a delimiter behind each, and an escape before every byte inside that looks like one.`,
      `Por la red va más que los ${bytes} bytes de texto e imagen: un delimitador tras cada uno, y un escape ante cada byte de dentro que se le parezca.`,
      `Per la xarxa va més que els ${bytes} bytes de text i imatge: un delimitador darrere de cada un, i un escapament davant de cada byte de dins que s’hi assembli.`,
    ),
    test(run) {
      const sends = run.calls('client', 'send');
      const sent = sends.reduce((sum, send) => sum + send.bytes, 0);
      return decide(sent >= bytes + 2, tell(`${sent} bytes`, `${sent} bytes`, `${sent} bytes`), sends);
    },
  };
}

const ENDED_BY_FIN_EACH_WAY: Check = {
  text: tell(
    'The text ends with the client’s direction, by shutdown; only then the image comes back, and ends with the server’s.',
    'El texto acaba con el sentido del cliente, por shutdown; solo entonces vuelve la imagen, que acaba con el del servidor.',
    'El text acaba amb el sentit del client, per shutdown; només aleshores torna la imatge, que acaba amb el del servidor.',
  ),
  test(run) {
    const end = run.calls('server', 'recv').find(({ ret }) => ret === 0);
    const [image] = run.calls('server', 'send');
    if (end === undefined || image === undefined) return fails(came(end), image);
    return decide(run.before(end, image), '', run.calls('client', 'shutdown'), end, image);
  },
};

const ONE_EACH: Check = {
  text: tell(
    'Each has a connection of its own, and recv returns 0 at its end.',
    'Cada uno tiene su propia conexión, y recv devuelve 0 a su final.',
    'Cada un té la seva pròpia connexió, i recv retorna 0 al final.',
  ),
  test(run) {
    const accepts = run.calls('server', 'accept').filter(({ ok }) => ok);
    const ends = run.calls('server', 'recv').filter(({ ok, ret }) => ok && ret === 0);
    if (accepts.length === 2 && ends.length === 2) return holds(accepts, ends);
    return run.complete ? fails(came(ends[0]), accepts) : incomplete(run);
  },
};

function same(run: Evidence, item: 'text' | 'image'): boolean {
  const [client, server] = ['client', 'server'].map((side) => run.report(side, `${item} sha256`));
  return client !== undefined && client === server;
}

function came(recv: CallSeen | undefined): Check['text'] {
  const text = recv === undefined ? 'recv: –' : `recv(${recv.length}) = ${recv.ret}`;
  return tell(text, text, text);
}
