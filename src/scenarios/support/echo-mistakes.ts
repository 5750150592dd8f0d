import { SOCK_STREAM } from '../../sockets/constants.ts';
import { socket } from '../../sockets/socket.ts';
import type { Socket } from '../../sockets/types.ts';
import { say } from '../../words/text.ts';
import { type Parameters, restoreParameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { domain, serverAddress } from './address.ts';
import { mistakeOf } from './echo-mistake-table.ts';
import { must, opened } from './must.ts';
import { payloadOf } from './payload.ts';
import { sleep } from './sleep.ts';
import { accepted, connected, listening } from './stream.ts';
import { receive, transmit } from './transmit.ts';
import { recvSize, tuneClient, tuneListener } from './tune.ts';

/** A program without the check would go round for ever; this one stops here, so that the run has an end. */
const ROUNDS = 10;

/** no-eof-check: recv's 0 is taken for a message of no bytes, and echoed. */
export function uncheckedServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  let empty = 0;
  while (empty < ROUNDS) {
    const data = must(role, 'recv', connection.recv(recvSize(parameters, 'server')));
    must(role, 'send', connection.send(data));
    if (data.length === 0) empty += 1; // counted for the end of this run only: the mistake is not to look
  }
  role.print(
    `recv returned 0 at once, ${empty} times; without a limit this loop takes a whole processor for ever`,
  );
  role.report('recv returned 0', empty);
  explain(parameters, role);
  connection.close();
  listener.close();
}

/** send-on-listener: the reply goes to the socket that only accepts. */
export function wrongSocketServer(parameters: Parameters, role: RoleContext): void {
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  const data = must(role, 'recv', connection.recv(recvSize(parameters, 'server')));
  const sent = listener.send(data);
  role.report('send on the listening socket', sent.ok ? 'succeeded' : sent.errno);
  role.print(`send on the listening socket: ${sent.ok ? 'succeeded' : sent.errno}`);
  explain(parameters, role);
  connection.close();
  listener.close();
}

/** one-recv: whatever the first recv returns is taken for the whole message. */
export function oneRecvServer(parameters: Parameters, role: RoleContext): void {
  const wanted = payloadOf(parameters).length; // as agreed with the client
  const listener = listening(parameters, role);
  const connection = accepted(listener, parameters, role);
  const data = must(role, 'recv', connection.recv(wanted));
  must(role, 'send', connection.send(data));
  role.report('wanted', wanted);
  role.report('one recv returned', data.length);
  role.print(`recv(${wanted}) returned ${data.length}`);
  explain(parameters, role);
  // The rest of the message comes here, to nobody.
  while (must(role, 'recv', connection.recv(wanted)).length > 0);
  connection.close();
  listener.close();
}

/** The client of one-recv: its message takes two sends with a pause, as a slow network or a typist would make it. */
export function twoSendsClient(parameters: Parameters, role: RoleContext): void {
  const message = Buffer.from(payloadOf(parameters).slice(0, recvSize(parameters, 'server')));
  const half = message.length >> 1;
  const s = connected(parameters, role);
  must(role, 'send', s.send(message.subarray(0, half)));
  sleep(parameters.optionalNumber('think') ?? 200);
  must(role, 'send', s.send(message.subarray(half)));
  const reply = must(role, 'recv', s.recv(message.length));
  role.report('bytes sent', message.length);
  role.report('bytes echoed', reply.length);
  s.close();
}

/** reply-first: both sides begin with recv. SO_RCVTIMEO ends the wait, which would have no end. */
export function replyFirstClient(parameters: Parameters, role: RoleContext): void {
  const s = connected(withoutLimit(parameters), role);
  waitInVain(s, parameters, role);
  // Mended: send first, then expect the reply.
  sendAndReceive(s, parameters, role);
  s.close();
}

/** both-wait: the client reads until the server ends, the server until the client ends. */
export function bothWaitClient(parameters: Parameters, role: RoleContext): void {
  const s = connected(withoutLimit(parameters), role);
  sendAndReceive(s, parameters, role);
  waitInVain(s, parameters, role);
  // Mended: shutdown(SHUT_WR) after the last send, or close as soon as the whole reply is here.
  s.close();
}

/** no-listen: without listen the port has an owner, but nobody to connect to. */
export function notListeningServer(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  tuneListener(s, parameters, role);
  must(role, 'bind', s.bind(serverAddress(parameters)));
  const connection = s.accept();
  role.report('accept', connection.errno ?? 'succeeded');
  role.print(`accept on a socket that does not listen: ${connection.errno ?? 'succeeded'}`);
  explain(parameters, role);
  s.close();
}

export function refusedClient(parameters: Parameters, role: RoleContext): void {
  const s = opened(role, 'socket', socket(domain(parameters), SOCK_STREAM));
  tuneClient(s, parameters, role);
  const result = s.connect(serverAddress(parameters));
  role.report('connect', result.ok ? 'succeeded' : result.errno);
  role.print(`connect: ${result.ok ? 'succeeded' : result.errno}`);
  s.close();
}

/** Here --timeout is how long the client waits in vain; everything else waits as long as it takes. */
export function withoutLimit(parameters: Parameters): Parameters {
  return restoreParameters({ ...parameters.all(), timeout: null });
}

function waitInVain(s: Socket, parameters: Parameters, role: RoleContext): void {
  const ms = parameters.optionalNumber('timeout') ?? 1000;
  must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(ms));
  const got = s.recv(recvSize(parameters, 'client'));
  const result = got.ok ? `${got.value.length} bytes` : got.errno;
  role.report('recv waited in vain', result);
  role.print(`recv, after ${ms} ms: ${result}`);
  explain(parameters, role);
  must(role, 'setsockopt SO_RCVTIMEO', s.setReceiveTimeout(0));
}

function sendAndReceive(s: Socket, parameters: Parameters, role: RoleContext): void {
  const message = payloadOf(parameters);
  const data = Buffer.from(message.slice(0, message.length));
  transmit(s, data, parameters, role);
  const reply = receive(s, data.length, parameters, role, 'client');
  role.report('bytes sent', data.length);
  role.report('bytes echoed', reply.length);
  role.report('echo is the same', reply.equals(data));
}

/** What went wrong. */
function explain(parameters: Parameters, role: RoleContext): void {
  const mistake = mistakeOf(parameters);
  if (mistake !== null) role.print(say(mistake.text));
}
