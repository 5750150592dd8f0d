import { isDeepStrictEqual } from 'node:util';
import { deserialize, serialize } from 'node:v8';
import type { Socket } from '../../sockets/types.ts';
import { say, type Text } from '../../words/text.ts';
import { tell, withStranger } from '../checks/tools.ts';
import { valueChecks } from '../checks/value.ts';
import type { Parameters } from '../parameters.ts';
import { objectQuestions } from '../questions/border.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { refuseSeveral } from '../support/clients.ts';
import { giveUp } from '../support/must.ts';
import { RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { badEnds, plans } from '../support/roles.ts';
import { connected, eachConnection } from '../support/stream.ts';
import { LENGTH_BYTES } from '../support/transfer.ts';
import { receive, transmit } from '../support/transmit.ts';
import type { Side } from '../support/tune.ts';

/** More than this no peer may announce. */
const LONGEST = 1 << 24;

/** Sends an object as the structured clone algorithm writes it, and compares what comes back. */
export function client(parameters: Parameters, role: RoleContext): void {
  const object = objectOf(parameters);
  const s = connected(parameters, role);
  const bytes = sendObject(s, object, parameters, role);
  const answer = receiveObject(s, parameters, role, 'client');
  s.close();
  role.report('bytes', bytes);
  role.report('same object', isDeepStrictEqual(answer, object));
  role.print(`${bytes} bytes: ${serialize(object).toString('hex', 0, 32)}…; as JSON ${asJson(object)}`);
}

/** Makes an object of the bytes, and bytes of the object. */
export function server(parameters: Parameters, role: RoleContext): void {
  eachConnection(parameters, role, (connection) => {
    const object = receiveObject(connection, parameters, role, 'server');
    role.report('keys', Object.keys(Object(object)).join(' '));
    sendObject(connection, object, parameters, role);
  });
}

/** 4 bytes of length, then the object. Returns how many bytes the object took. */
function sendObject(s: Socket, object: unknown, parameters: Parameters, role: RoleContext): number {
  const bytes = serialize(object);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt32BE(bytes.length);
  transmit(s, Buffer.concat([length, bytes]), parameters, role);
  return bytes.length;
}

function receiveObject(s: Socket, parameters: Parameters, role: RoleContext, side: Side): unknown {
  const header = receive(s, LENGTH_BYTES, parameters, role, side);
  if (header.length < LENGTH_BYTES) return giveUp(role, say(NO_LENGTH));
  const length = header.readUInt32BE();
  if (length > LONGEST) return giveUp(role, say(tooLong(length)));
  const bytes = receive(s, length, parameters, role, side);
  try {
    return deserialize(bytes);
  } catch {
    return giveUp(role, `${bytes.length} bytes came that are no object`);
  }
}

const NO_LENGTH = tell(
  'no length in front of an object came',
  'no llegó ninguna longitud delante de un objeto',
  'no ha arribat cap longitud davant d’un objecte',
);

const tooLong = (length: number): Text =>
  tell(
    `the length in front of an object is ${length} bytes, and more than ${LONGEST} are refused`,
    `la longitud delante de un objeto es de ${length} bytes, y se rechazan más de ${LONGEST}`,
    `la longitud davant d’un objecte és de ${length} bytes, i se’n refusen més de ${LONGEST}`,
  );

/** What JSON has no words for: a date, a set, a number without limit, and an object that holds itself. */
function objectOf(parameters: Parameters): unknown {
  const object = {
    text: parameters.text('message'),
    born: new Date(Date.UTC(1815, 11, 10)),
    primes: new Set([2, 3, 5]),
    large: 2n ** 80n,
    itself: null as unknown,
  };
  object.itself = object;
  return object;
}

function asJson(object: unknown): string {
  try {
    return JSON.stringify(object);
  } catch (error) {
    return `not possible: ${String(error).split('\n')[0]}`;
  }
}

export const scenario: Scenario = {
  id: 'object-echo',
  title: {
    en: 'An object goes over the wire as serialised bytes, and back',
    es: 'Un objeto viaja por la red como bytes serializados, y vuelve',
    ca: 'Un objecte viatja per la xarxa com a bytes serialitzats, i torna',
  },
  teaches: {
    en: 'What serialisation does: it turns an object, with its date, its set and the reference to itself, into bytes that only the same format can read.',
    es: 'Qué hace la serialización: convierte un objeto, con su fecha, su conjunto y la referencia a sí mismo, en bytes que solo el mismo formato sabe leer.',
    ca: 'Què fa la serialització: converteix un objecte, amb la seva data, el seu conjunt i la referència a si mateix, en bytes que només el mateix format sap llegir.',
  },
  lookFor: (parameters) =>
    withStranger(parameters, valueChecks(parameters, serialize(objectOf(parameters)).length, 'length')),
  questions: objectQuestions,
  protocol: 'tcp',
  servesUntilEnded: true,
  parameters: ['message', 'send-mode', 'clients', ...RECV_BUFFERS, ...STREAM],
  defaults: { message: 'Ada', 'recv-buffer': 1024 },
  narrow: {
    message: {
      help: { en: 'the text in the object', es: 'el texto del objeto', ca: 'el text de l’objecte' },
    },
  },
  variants: [
    {
      options: '--message x --recv-buffer 7',
      shows: {
        en: 'The object in pieces of seven bytes: only the length says when it is whole.',
        es: 'El objeto en trozos de siete bytes: solo la longitud dice cuándo está entero.',
        ca: 'L’objecte en trossos de set bytes: només la longitud diu quan és sencer.',
      },
    },
    {
      options: '--message ñandú --family ipv6',
      shows: {
        en: 'A text with letters beyond ASCII.',
        es: 'Un texto con letras fuera de ASCII.',
        ca: 'Un text amb lletres fora d’ASCII.',
      },
    },
    {
      options: '--send-mode send --sndbuf 4096',
      shows: {
        en: 'By send in a loop.',
        es: 'Con send en un bucle.',
        ca: 'Amb send en un bucle.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'The same bytes without packets.',
        es: 'Los mismos bytes sin paquetes.',
        ca: 'Els mateixos bytes sense paquets.',
      },
    },
  ],
  validate: refuseSeveral,
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge(parameters, outcome) {
    const ends = badEnds(outcome);
    return parameters.text('role') === 'both' ? [...ends, ...judgeObject(outcome)] : ends;
  },
};

function judgeObject({ reports }: Outcome): readonly Text[] {
  return reports.get('client')?.['same object'] === true
    ? []
    : [
        tell(
          'the object that came back is another',
          'el objeto que volvió es otro',
          'l’objecte que ha tornat és un altre',
        ),
      ];
}
