import { EXIT, UserError } from '../../../capture/user-error.ts';
import type { Socket } from '../../sockets/types.ts';
import { counted as ca } from '../../words/ca/plural.ts';
import { counted as en } from '../../words/en/plural.ts';
import { counted as es } from '../../words/es/plural.ts';
import type { Text } from '../../words/text.ts';
import { httpChecks } from '../checks/http.ts';
import { tell, withStranger } from '../checks/tools.ts';
import type { Parameters } from '../parameters.ts';
import { httpQuestions } from '../questions/dialogue.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { refuseSeveral } from '../support/clients.ts';
import {
  type Body,
  HttpReader,
  isLastRequest,
  isUnderstood,
  requestText,
  responseParts,
  responseTo,
  statusOf,
} from '../support/http.ts';
import { RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { connected, eachConnection } from '../support/stream.ts';
import { transmit } from '../support/transmit.ts';

/** Writes a request by hand, and reads the response: its head, then its body, in the way that the head says. */
export function client(parameters: Parameters, role: RoleContext): void {
  const s = connected(parameters, role);
  const reader = new HttpReader(s, parameters, role, 'client');
  for (let n = 1; n <= parameters.number('rounds'); n += 1) {
    const last = n === parameters.number('rounds');
    transmit(s, Buffer.from(requestText(parameters, last)), parameters, role);
    const head = reader.head();
    const body = reader.body(head);
    role.report('status', statusOf(head));
    role.report('body bytes', body.length);
    role.print(`${head.split('\r\n')[0]}: ${en(body.length, 'byte')} of body`);
  }
  s.close();
}

/** Serves its clients one after the other. */
export function server(parameters: Parameters, role: RoleContext): void {
  let served = 0;
  eachConnection(parameters, role, (connection) => {
    served += serveRequests(connection, parameters, role);
  }); // after the last answer the server closes first: it knows that it has said all
  role.report('requests', served);
}

/** Answers requests until one says that it is the last, or the client ends. Returns how many there were. */
function serveRequests(connection: Socket, parameters: Parameters, role: RoleContext): number {
  const reader = new HttpReader(connection, parameters, role, 'server');
  const page = payloadOf(parameters);
  const how = parameters.text('body') as Body;
  let served = 0;
  for (let more = true; more && reader.hasMore(); served += 1) {
    const head = reader.head();
    reader.requestBody(head); // unread, it would stand where the next request is looked for, and close would send an RST
    const response = responseTo(head, page.slice(0, page.length));
    more = how !== 'close' && isUnderstood(response) && !isLastRequest(head);
    for (const part of responseParts(response, how, more)) transmit(connection, part, parameters, role);
  }
  return served;
}

export const scenario: Scenario = {
  id: 'http-get',
  title: {
    en: 'A hand-written HTTP GET to a small server',
    es: 'Un GET de HTTP escrito a mano a un servidor pequeño',
    ca: 'Un GET d’HTTP escrit a mà a un servidor petit',
  },
  teaches: {
    en: 'That HTTP is lines of text over a TCP stream, and that the head of a message has to say where its body ends.',
    es: 'Que HTTP son líneas de texto sobre un flujo TCP, y que la cabecera de un mensaje tiene que decir dónde acaba su cuerpo.',
    ca: 'Que HTTP són línies de text sobre un flux TCP, i que la capçalera d’un missatge ha de dir on acaba el seu cos.',
  },
  lookFor: (parameters) => withStranger(parameters, httpChecks(parameters)),
  questions: httpQuestions,
  protocol: 'tcp',
  servesUntilEnded: true,
  parameters: [
    'path',
    'message',
    'size',
    'body',
    'rounds',
    'send-mode',
    'cork',
    'clients',
    ...RECV_BUFFERS,
    ...STREAM,
  ],
  defaults: {
    ...{ path: '/', body: 'length', port: 8080, 'recv-buffer': 4096 },
    message: '<!doctype html><title>hello</title><p>hello, world\n',
  },
  narrow: {
    size: { max: 1 << 22 },
    message: { help: { en: 'the page', es: 'la página', ca: 'la pàgina' } },
    rounds: {
      help: {
        en: 'requests over the one connection',
        es: 'peticiones por la única conexión',
        ca: 'peticions per l’única connexió',
      },
    },
    body: {
      choices: {
        length: {
          en: 'Content-Length: so many bytes (RFC 9112 section 6.2)',
          es: 'Content-Length: tantos bytes (RFC 9112, sección 6.2)',
          ca: 'Content-Length: tants bytes (RFC 9112, secció 6.2)',
        },
        chunked: {
          en: 'Transfer-Encoding: chunked: pieces with their lengths, the last of 0 bytes (section 7.1)',
          es: 'Transfer-Encoding: chunked: trozos con su longitud, el último de 0 bytes (sección 7.1)',
          ca: 'Transfer-Encoding: chunked: trossos amb la seva longitud, l’últim de 0 bytes (secció 7.1)',
        },
        close: {
          en: 'the server closes: the end of the stream is the end of the body (section 6.3)',
          es: 'el servidor cierra: el final del flujo es el final del cuerpo (sección 6.3)',
          ca: 'el servidor tanca: el final del flux és el final del cos (secció 6.3)',
        },
      },
    },
  },
  variants: [
    {
      options: '--path /missing',
      shows: {
        en: '404 is an ordinary answer: the connection is as good as before.',
        es: '404 es una respuesta normal: la conexión es tan buena como antes.',
        ca: '404 és una resposta normal: la connexió és tan bona com abans.',
      },
    },
    {
      options: '--body chunked --size 9000 --recv-buffer 1000',
      shows: {
        en: 'The body in chunks, each with its length in hexadecimal.',
        es: 'El cuerpo en trozos, cada uno con su longitud en hexadecimal.',
        ca: 'El cos en trossos, cadascun amb la seva longitud en hexadecimal.',
      },
    },
    {
      options: '--body close --family ipv6',
      shows: {
        en: 'Without a length the server has to close to say that all is said.',
        es: 'Sin longitud, el servidor tiene que cerrar para decir que ya está todo.',
        ca: 'Sense longitud, el servidor ha de tancar per dir que ja és tot.',
      },
    },
    {
      options: '--rounds 3',
      shows: {
        en: 'Three requests over one connection.',
        es: 'Tres peticiones por una conexión.',
        ca: 'Tres peticions per una connexió.',
      },
    },
    {
      options: '--family unix',
      shows: {
        en: 'HTTP does not care what carries its bytes.',
        es: 'A HTTP le da igual qué transporte sus bytes.',
        ca: 'A HTTP tant li fa què transporti els seus bytes.',
      },
    },
  ],
  validate(parameters) {
    refuseSeveral(parameters);
    if (parameters.text('body') !== 'close' || parameters.number('rounds') === 1) return;
    throw new UserError(
      '--body close and --rounds do not go together: the first response ends the connection',
      {
        hint: 'leave out one of them',
        exitCode: EXIT.usage,
      },
    );
  },
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeResponse(parameters, outcome)],
};

function judgeResponse(parameters: Parameters, { reports }: Outcome): readonly Text[] {
  const client = reports.get('client');
  if (parameters.text('role') !== 'both' || client === undefined) return [];
  const expected = parameters.text('path') === '/' ? 200 : 404;
  const problems: Text[] = [];
  if (client.status !== expected)
    problems.push(
      tell(
        `the status is ${client.status} instead of ${expected}`,
        `el estado es ${client.status} en vez de ${expected}`,
        `l’estat és ${client.status} en lloc de ${expected}`,
      ),
    );
  const served = reports.get('server')?.requests;
  if (served !== parameters.number('rounds'))
    problems.push(
      tell(
        `the server answered ${en(Number(served ?? 0), 'request')}`,
        `el servidor contestó a ${es(Number(served ?? 0), 'petición', 'peticiones')}`,
        `el servidor ha respost a ${ca(Number(served ?? 0), 'petició', 'peticions')}`,
      ),
    );
  return problems;
}
