import type { Socket } from '../../sockets/types.ts';
import type { Parameters } from '../parameters.ts';
import type { RoleContext } from '../scenario.ts';
import { giveUp, must } from './must.ts';
import { quickAck, recvSize, type Side } from './tune.ts';

export type Body = 'length' | 'chunked' | 'close';

const END_OF_HEAD = '\r\n\r\n';
const LONGEST_HEAD = 16_384;
const LONGEST_BODY = 1 << 23;
/** Data of one chunk of a chunked body. */
const CHUNK = 2048;

export function requestText(parameters: Parameters, last: boolean): string {
  const lines = [`GET ${parameters.text('path')} HTTP/1.1`, 'Host: localhost', 'User-Agent: by-hand'];
  if (last) lines.push('Connection: close');
  return `${lines.join('\r\n')}${END_OF_HEAD}`;
}

/** RFC 9110 section 9.3, and PATCH (RFC 5789). */
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE', 'CONNECT', 'OPTIONS', 'TRACE', 'PATCH'];
const ALLOWED = ['GET', 'HEAD'];

/** Whether these first bytes of a request begin with a method that HTTP knows; null where they may be the beginning of one. */
export function beginsWithMethod(text: string): boolean | null {
  const [word = ''] = text.split(' ', 1);
  if (word.length < text.length) return METHODS.includes(word);
  return METHODS.some((method) => method.startsWith(word)) ? null : false;
}

/** A response, before it is known how the end of its body is told. */
export interface Response {
  /** Code and words, as in '200 OK'. */
  readonly status: string;
  readonly body: Buffer;
  /** The answer to HEAD has the head of that to GET, and no body (RFC 9110 section 9.3.2). */
  readonly isHeadOnly: boolean;
}

/** What is answered to the head of a request, where `page` is what is found at '/'. */
export function responseTo(head: string, page: Buffer): Response {
  // RFC 9112 section 3: method, target and version, each separated from the next by one space.
  const [, method = '', target = ''] = /^(\S+) (\S+) HTTP\/1\.[01]\r?(?:\n|$)/.exec(head) ?? [];
  const isHeadOnly = method === 'HEAD';
  if (ALLOWED.includes(method))
    return target === '/'
      ? { status: '200 OK', body: page, isHeadOnly }
      : { status: '404 Not Found', body: Buffer.from(`no ${target} here\n`), isHeadOnly };
  const status = method === '' ? BAD_REQUEST : METHODS.includes(method) ? NOT_ALLOWED : NOT_IMPLEMENTED;
  return { status, body: Buffer.from(`${status}\n`), isHeadOnly };
}

const BAD_REQUEST = '400 Bad Request';
const NOT_ALLOWED = '405 Method Not Allowed';
const NOT_IMPLEMENTED = '501 Not Implemented';

/** Whether a status says that there was no request, or none with a method that HTTP knows. */
export function refuses(status: number): boolean {
  return [BAD_REQUEST, NOT_IMPLEMENTED].some((text) => text.startsWith(`${status} `));
}

/** Whether what follows on the connection can still be told apart: not after something that was no request. */
export function isUnderstood({ status }: Response): boolean {
  return status !== BAD_REQUEST;
}

/** A response in the pieces in which a server gives it to send: first the head, then the body. */
export function responseParts(response: Response, how: Body, more: boolean): readonly Buffer[] {
  const { status, body, isHeadOnly } = response;
  const lines = [`HTTP/1.1 ${status}`, 'Content-Type: text/html'];
  if (status === NOT_ALLOWED) lines.push(`Allow: ${ALLOWED.join(', ')}`); // RFC 9110 section 15.5.6 asks for it
  if (how === 'length') lines.push(`Content-Length: ${body.length}`);
  if (how === 'chunked') lines.push('Transfer-Encoding: chunked');
  if (!more) lines.push('Connection: close');
  const head = Buffer.from(`${lines.join('\r\n')}${END_OF_HEAD}`);
  if (isHeadOnly) return [head];
  if (how !== 'chunked') return [head, body];
  const parts = [head];
  for (let at = 0; at < body.length; at += CHUNK) {
    const data = body.subarray(at, at + CHUNK);
    parts.push(Buffer.concat([Buffer.from(`${data.length.toString(16)}\r\n`), data, Buffer.from('\r\n')]));
  }
  return [...parts, Buffer.from('0\r\n\r\n')];
}

/** Whether the client will ask no more over this connection: it says so, or speaks HTTP/1.0 (RFC 9112 section 9.3). */
export function isLastRequest(head: string): boolean {
  if (/^connection: close\r?$/im.test(head)) return true;
  return /^[^\n]* HTTP\/1\.0\r?(\n|$)/.test(head) && !/^connection: keep-alive\r?$/im.test(head);
}

/** The number in the status line; NaN where there is none. */
export function statusOf(head: string): number {
  return Number(/^HTTP\/1\.[01] (\d{3})/.exec(head)?.[1] ?? Number.NaN);
}

/** Takes heads and bodies out of a stream: a recv may bring part of one, or the end of one and the beginning of the next. */
export class HttpReader {
  private readonly s: Socket;
  private readonly parameters: Parameters;
  private readonly role: RoleContext;
  private readonly side: Side;
  private rest: Buffer = Buffer.alloc(0);

  constructor(s: Socket, parameters: Parameters, role: RoleContext, side: Side) {
    this.s = s;
    this.parameters = parameters;
    this.role = role;
    this.side = side;
  }

  /** Everything up to the empty line. */
  head(): string {
    return this.until(END_OF_HEAD, LONGEST_HEAD).toString('latin1');
  }

  /** Whether another head may come: waits for its first bytes, and tells the end of the stream. */
  hasMore(): boolean {
    return this.rest.length > 0 || this.fill();
  }

  /** The body that belongs to a head of a response. */
  body(head: string): Buffer {
    const counted = this.countedBody(head);
    if (counted !== null) return counted;
    while (this.fill());
    return this.take(this.rest.length);
  }

  /** The body that belongs to a head of a request: one that does not say how long it is has none (RFC 9112 section 6.3). */
  requestBody(head: string): Buffer {
    return this.countedBody(head) ?? Buffer.alloc(0);
  }

  private countedBody(head: string): Buffer | null {
    if (/^transfer-encoding: *chunked *\r?$/im.test(head)) return this.chunks();
    const length = /^content-length: *(\d{1,9}) *\r?$/im.exec(head)?.[1];
    return length === undefined ? null : this.exactly(Number(length));
  }

  private chunks(): Buffer {
    const parts: Buffer[] = [];
    for (let total = 0; total < LONGEST_BODY; ) {
      const line = this.until('\r\n', LONGEST_HEAD).toString('latin1');
      if (!/^[0-9a-f]{1,6}$/i.test(line)) return giveUp(this.role, `'${line}' is no length of a chunk`);
      const data = this.exactly(Number.parseInt(line, 16) + 2);
      if (data.length === 2) return Buffer.concat(parts);
      parts.push(data.subarray(0, -2));
      total += data.length;
    }
    return giveUp(this.role, `more than ${LONGEST_BODY} bytes of body`);
  }

  private until(mark: string, longest: number): Buffer {
    for (;;) {
      const at = this.rest.indexOf(mark);
      if (at >= 0) {
        const found = this.take(at);
        this.take(mark.length);
        return found;
      }
      if (this.rest.length > longest || !this.fill())
        return giveUp(this.role, 'the stream ended before the head did, or the head is too long');
    }
  }

  private exactly(length: number): Buffer {
    if (length > LONGEST_BODY) return giveUp(this.role, `a body of ${length} bytes is too long`);
    while (this.rest.length < length)
      if (!this.fill()) return giveUp(this.role, 'the stream ended before the body did');
    return this.take(length);
  }

  private take(length: number): Buffer {
    const taken = this.rest.subarray(0, length);
    this.rest = this.rest.subarray(length);
    return taken;
  }

  /** One recv more. Returns false at the end of the stream. */
  private fill(): boolean {
    quickAck(this.s, this.parameters, this.role);
    const data = must(this.role, 'recv', this.s.recv(recvSize(this.parameters, this.side)));
    this.rest = Buffer.concat([this.rest, data]);
    return data.length > 0 && this.rest.length <= LONGEST_BODY;
  }
}
