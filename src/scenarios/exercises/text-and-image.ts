import { createHash } from 'node:crypto';
import { EXIT, UserError } from '../../../capture/user-error.ts';
import { SHUT_WR } from '../../sockets/constants.ts';
import type { Text } from '../../words/text.ts';
import { framingChecks } from '../checks/framing.ts';
import { tell, withStranger } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { framingQuestions } from '../questions/border.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { refuseEmpty } from '../support/empty-message.ts';
import { FRAMINGS, ItemReader, type ItemType } from '../support/framing.ts';
import { must } from '../support/must.ts';
import { RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { imageOf } from '../support/picture.ts';
import { badEnds, plans } from '../support/roles.ts';
import { accepted, connected, listening } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';
import { recvSize } from '../support/tune.ts';
import { awaitEnd, readToEnd } from '../support/until-end.ts';

/** naive, length, tlv and delimiter: both go over one connection, each packed as the framing says. */
export function client(parameters: Parameters, role: RoleContext): void {
  const { pack } = framingOf(parameters);
  const s = connected(parameters, role);
  transmit(s, pack('text', textOf(parameters)), parameters, role);
  transmit(s, pack('image', imageOf(parameters)), parameters, role);
  s.close();
  tellItems(role, textOf(parameters), imageOf(parameters));
}

/** length, tlv and delimiter: the reader knows from the bytes themselves where an item ends. */
export function server(parameters: Parameters, role: RoleContext): void {
  const { read } = framingOf(parameters);
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  const reader = new ItemReader(connection, parameters, role);
  const text = read(reader);
  const image = read(reader);
  must(role, 'recv', connection.recv(1)); // 0: the end of the stream
  connection.close();
  listener.close();
  tellItems(role, text, image);
}

/** naive: the first recv is taken for the text, the rest for the image. */
export function naiveServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  awaitEnd(connection, role); // a server that is a little late
  const text = Buffer.from(must(role, 'recv', connection.recv(recvSize(parameters, 'server'))));
  const image = readToEnd(connection, parameters, role, 'server');
  connection.close();
  listener.close();
  tellItems(role, text, image);
}

/** half-close: the text goes one way and ends with that direction; the image comes back the other way. */
export function halfCloseClient(parameters: Parameters, role: RoleContext): void {
  const s = connected(parameters, role);
  transmit(s, textOf(parameters), parameters, role);
  must(role, 'shutdown', s.shutdown(SHUT_WR));
  const image = readToEnd(s, parameters, role, 'client');
  s.close();
  tellItems(role, textOf(parameters), image);
}

export function halfCloseServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  const text = readToEnd(connection, parameters, role, 'server');
  transmit(connection, imageOf(parameters), parameters, role);
  connection.close();
  listener.close();
  tellItems(role, text, imageOf(parameters));
}

/** two-connections: the end of each connection is the end of what it carried. */
export function twoConnectionsClient(parameters: Parameters, role: RoleContext): void {
  for (const item of [textOf(parameters), imageOf(parameters)]) {
    const s = connected(parameters, role);
    transmit(s, item, parameters, role);
    s.close();
  }
  tellItems(role, textOf(parameters), imageOf(parameters));
}

export function twoConnectionsServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const [text, image] = [1, 2].map(() => {
    const connection = accepted(listener, parameters, role);
    const item = readToEnd(connection, parameters, role, 'server');
    connection.close();
    return item;
  });
  listener.close();
  tellItems(role, text ?? Buffer.alloc(0), image ?? Buffer.alloc(0));
}

function textOf(parameters: Parameters): Buffer {
  return Buffer.from(parameters.text('message'));
}

function framingOf(parameters: Parameters): {
  pack: (type: ItemType, item: Buffer) => Buffer;
  read: (reader: ItemReader) => Buffer;
} {
  const framing = FRAMINGS[parameters.text('framing')];
  if (framing === undefined) throw new Error(`no framing ${parameters.text('framing')}`);
  return framing;
}

function tellItems(role: RoleContext, text: Buffer, image: Buffer): void {
  role.report('text bytes', text.length);
  role.report('text sha256', createHash('sha256').update(text).digest('hex'));
  role.report('image bytes', image.length);
  role.report('image sha256', createHash('sha256').update(image).digest('hex'));
}

const ENTRIES: Readonly<Record<string, { server: string; client: string }>> = {
  naive: { server: 'naiveServer', client: 'client' },
  'half-close': { server: 'halfCloseServer', client: 'halfCloseClient' },
  'two-connections': { server: 'twoConnectionsServer', client: 'twoConnectionsClient' },
};

export const scenario: Scenario = {
  id: 'text-and-image',
  title: {
    en: 'A text and an image: how the receiver knows where one ends',
    es: 'Un texto y una imagen: cómo sabe el receptor dónde acaba uno',
    ca: 'Un text i una imatge: com sap el receptor on acaba l’un',
  },
  teaches: {
    en: 'That a program has to mark the borders itself: with a length, a type and a length, a delimiter, or the end of a stream. Two sends mark nothing.',
    es: 'Que un programa tiene que marcar él mismo las fronteras: con una longitud, un tipo y una longitud, un delimitador o el final de un flujo. Dos send no marcan nada.',
    ca: 'Que un programa ha de marcar ell mateix les fronteres: amb una longitud, un tipus i una longitud, un delimitador o el final d’un flux. Dos send no marquen res.',
  },
  lookFor: (parameters) =>
    withStranger(
      parameters,
      framingChecks(parameters, textOf(parameters).length, imageOf(parameters).length),
    ),
  questions: framingQuestions,
  protocol: 'tcp',
  parameters: ['framing', 'message', 'file', 'send-mode', ...RECV_BUFFERS, ...STREAM],
  defaults: { framing: 'naive', message: 'a picture of two colours', 'recv-buffer': 1024 },
  narrow: {
    message: { help: { en: 'the text', es: 'el texto', ca: 'el text' } },
    file: {
      help: {
        en: 'the image; a small PNG of our own when not given',
        es: 'la imagen; un PNG pequeño propio si no se da',
        ca: 'la imatge; un PNG petit propi si no es dona',
      },
    },
    framing: {
      choices: {
        naive: {
          en: 'not at all: both run together',
          es: 'de ninguna manera: los dos van seguidos',
          ca: 'de cap manera: tots dos van seguits',
        },
        length: {
          en: '4 bytes of length in front of each',
          es: '4 bytes de longitud delante de cada uno',
          ca: '4 bytes de longitud davant de cadascun',
        },
        tlv: {
          en: 'type, length, value: a byte that says what it is, then the length',
          es: 'tipo, longitud, valor: un byte que dice qué es, y luego la longitud',
          ca: 'tipus, longitud, valor: un byte que diu què és, i després la longitud',
        },
        delimiter: {
          en: 'a byte at the end of each, escaped where it occurs inside',
          es: 'un byte al final de cada uno, con escape donde aparece dentro',
          ca: 'un byte al final de cadascun, amb escapament on apareix a dins',
        },
        'half-close': {
          en: 'the text one way, ended by shutdown; the image the other way, ended by close',
          es: 'el texto en un sentido, hasta el shutdown; la imagen en el otro, hasta el close',
          ca: 'el text en un sentit, fins al shutdown; la imatge en l’altre, fins al close',
        },
        'two-connections': {
          en: 'a connection for each',
          es: 'una conexión para cada uno',
          ca: 'una connexió per a cadascun',
        },
      },
    },
  },
  variants: [
    {
      options: '--framing length',
      shows: {
        en: 'Four bytes of length in front of each.',
        es: 'Cuatro bytes de longitud delante de cada uno.',
        ca: 'Quatre bytes de longitud davant de cada un.',
      },
    },
    {
      options: '--framing tlv --recv-buffer 7 --family ipv6',
      shows: {
        en: 'Type, length, value, read in small pieces.',
        es: 'Tipo, longitud y valor, leídos en trozos pequeños.',
        ca: 'Tipus, longitud i valor, llegits en trossos petits.',
      },
    },
    {
      options: '--framing delimiter --send-mode send',
      shows: {
        en: 'A byte that ends each, escaped where the image holds it.',
        es: 'Un byte que acaba cada uno, con escape donde la imagen lo contiene.',
        ca: 'Un byte que acaba cada un, amb escapament on la imatge el conté.',
      },
    },
    {
      options: '--framing half-close',
      shows: {
        en: 'Each ends with its direction of the connection.',
        es: 'Cada uno acaba con su sentido de la conexión.',
        ca: 'Cada un acaba amb el seu sentit de la connexió.',
      },
    },
    {
      options: '--framing two-connections',
      shows: {
        en: 'A connection for each.',
        es: 'Una conexión para cada uno.',
        ca: 'Una connexió per a cada un.',
      },
    },
    {
      options: '--framing length --family unix',
      shows: {
        en: 'The same in the UNIX domain: its streams have no borders either.',
        es: 'Lo mismo en el dominio UNIX: sus flujos tampoco tienen fronteras.',
        ca: 'El mateix al domini UNIX: els seus fluxos tampoc no tenen fronteres.',
      },
    },
  ],
  validate(parameters) {
    if (parameters.text('framing') !== 'naive') return;
    const { length } = textOf(parameters);
    refuseEmpty({ length }, 'a text of no bytes cannot run into the image');
    if (recvSize(parameters, 'server') !== length) return;
    throw new UserError(`a recv of ${length} bytes is just as long as the text: the mistake would not show`, {
      hint: 'give another --server-recv-buffer, or another --message',
      exitCode: EXIT.usage,
    });
  },
  roles(parameters) {
    const entries = ENTRIES[parameters.text('framing')] ?? { server: 'server', client: 'client' };
    return plans(parameters, { ...entries, ready: 'listen' });
  },
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeItems(parameters, outcome)],
};

/** With the naive server it has to go wrong: the text has swallowed the beginning of the image. */
function judgeItems(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const client = reports.get('client');
  const server = reports.get('server');
  if (parameters.text('role') !== 'both' || client === undefined || server === undefined) return [];
  const same = (['text', 'image'] as const).map(
    (item) => client[`${item} sha256`] === server[`${item} sha256`],
  );
  if (parameters.text('framing') !== 'naive')
    return same.every(Boolean)
      ? []
      : [
          tell(
            'what was read is not the text and the image that were sent',
            'lo leído no son el texto y la imagen enviados',
            'el que s’ha llegit no són el text i la imatge enviats',
          ),
        ];
  return same.some(Boolean)
    ? [
        tell(
          'the naive server separated text and image, by chance',
          'el servidor ingenuo separó texto e imagen, por casualidad',
          'el servidor ingenu ha separat text i imatge, per casualitat',
        ),
      ]
    : [];
}
