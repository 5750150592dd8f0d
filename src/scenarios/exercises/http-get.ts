import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { Outcome, RoleContext, Scenario } from '../scenario.ts';
import { type Body, HttpReader, requestText, responseParts, statusOf } from '../support/http.ts';
import { RECV_BUFFERS, STREAM } from '../support/parameter-lists.ts';
import { payloadOf } from '../support/payload.ts';
import { badEnds, plans } from '../support/roles.ts';
import { accepted, connected, listening } from '../support/stream.ts';
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
    role.print(`${head.split('\r\n')[0]}: ${body.length} bytes of body`);
  }
  s.close();
}

/** Answers requests until one says that it is the last, or the client ends. */
export function server(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  const reader = new HttpReader(connection, parameters, role, 'server');
  let served = 0;
  for (let more = true; more; served += 1) {
    const head = reader.head();
    more = parameters.text('body') !== 'close' && !/^connection: close\r?$/im.test(head);
    answer(connection, head, more, parameters, role);
  }
  connection.close(); // the server closes first: it knows that it has said all
  listener.close();
  role.report('requests', served);
}

/** One path is known here, that of --path; for any other the answer is 404. */
function answer(s: Socket, head: string, more: boolean, parameters: Parameters, role: RoleContext): void {
  const [method = '', path = ''] = head.split(' ');
  const page = payloadOf(parameters);
  const found = method === 'GET' && path === '/';
  const body = found ? page.slice(0, page.length) : Buffer.from(`no ${path} here\n`);
  const how = parameters.text('body') as Body;
  for (const part of responseParts(found ? '200 OK' : '404 Not Found', body, how, more))
    transmit(s, part, parameters, role);
}

export const scenario: Scenario = {
  id: 'http-get',
  title: 'A hand-written HTTP GET to a small server',
  teaches:
    'That HTTP is lines of text over a TCP stream, and that the head of a message has to say where its body ends.',
  lookFor: [],
  protocol: 'tcp',
  parameters: ['path', 'message', 'size', 'body', 'rounds', 'send-mode', 'cork', ...RECV_BUFFERS, ...STREAM],
  defaults: {
    ...{ path: '/', body: 'length', port: 8080, 'recv-buffer': 4096 },
    message: '<!doctype html><title>hello</title><p>hello, world\n',
  },
  narrow: {
    size: { max: 1 << 22 },
    message: { help: 'the page' },
    rounds: { help: 'requests over the one connection' },
    body: {
      choices: {
        length: 'Content-Length: so many bytes (RFC 9112 section 6.2)',
        chunked: 'Transfer-Encoding: chunked: pieces with their lengths, the last of 0 bytes (section 7.1)',
        close: 'the server closes: the end of the stream is the end of the body (section 6.3)',
      },
    },
  },
  variants: [
    '--path /missing',
    '--body chunked --size 9000 --recv-buffer 1000',
    '--body close --family ipv6',
    '--rounds 3',
    '--family unix',
  ],
  roles: (parameters) => plans(parameters, { server: 'server', client: 'client', ready: 'listen' }),
  judge: (parameters, outcome) => [...badEnds(outcome), ...judgeResponse(parameters, outcome)],
};

function judgeResponse(parameters: Parameters, { reports }: Outcome): readonly string[] {
  const client = reports.get('client');
  if (parameters.text('role') !== 'both' || client === undefined) return [];
  const expected = parameters.text('path') === '/' ? 200 : 404;
  const problems: string[] = [];
  if (client.status !== expected) problems.push(`the status is ${client.status} instead of ${expected}`);
  const served = reports.get('server')?.requests;
  if (served !== parameters.number('rounds')) problems.push(`the server answered ${served ?? 'no'} requests`);
  return problems;
}
