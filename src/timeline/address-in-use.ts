import type { Call } from '../sockets/call.ts';
import { bindFits, type Endpoint, endpointText, isAnyHost, parseEndpoint } from './addresses.ts';
import { isAccept, optionSet } from './call-kinds.ts';
import type { Facts } from './facts.ts';
import { lastSigns } from './last-signs.ts';
import type { Refusal } from './refusals.ts';
import type { SocketLife } from './sockets.ts';
import type { TcpEnd } from './tcp-ends.ts';

/** Linux keeps a connection in TIME-WAIT for so long (TCP_TIMEWAIT_LEN), in ns. */
const TIME_WAIT_NS = 60e9;

/** Who has the address that a bind(), listen() or connect() was refused: a socket of the run, a connection that is over, or nobody of it. */
export function addressInUse(facts: Facts, index: number, call: Call): Refusal {
  const asked = askedAddress(facts, index, call);
  if (asked?.startsWith('unix:') === true) return pathInUse(facts, index, asked);
  const address = parseEndpoint(asked);
  if (asked === null || address === null || address.port === 0) return { kind: 'no-port-left' };
  return (
    heldBySocket(facts, index, call, address) ??
    heldByConnection(facts, index, call, address) ?? {
      // A private network is the run's alone; what listens elsewhere may be of anybody.
      kind: facts.session.run?.network.net === 'private' ? 'in-use-unseen' : 'in-use-other',
      params: { address: asked },
    }
  );
}

/** The address of the call; of a listen() that which bind() gave its socket. */
function askedAddress(facts: Facts, index: number, call: Call): string | null {
  if (typeof call.args.address === 'string') return call.args.address;
  return call.local ?? boundBefore(facts, call.socket, index)?.address ?? null;
}

function boundBefore(
  { session, sockets }: Facts,
  socket: string | null,
  index: number,
): { readonly call: number; readonly address: string } | null {
  for (const at of sockets.get(socket ?? '')?.controls ?? []) {
    const call = session.calls[at];
    const address = call?.local ?? call?.args.address;
    if (at < index && call?.name === 'bind' && call.ret === 0 && typeof address === 'string')
      return { call: at, address };
  }
  return null;
}

function pathInUse(facts: Facts, index: number, path: string): Refusal {
  const binder = facts.session.calls.findIndex(
    (call, at) => at < index && call.name === 'bind' && call.ret === 0 && call.args.address === path,
  );
  return { kind: 'in-use-path', params: { address: path }, calls: binder < 0 ? [] : [binder] };
}

/** A socket of the run that was bound to the address, or to one that overlaps it, and not yet closed. */
function heldBySocket(facts: Facts, index: number, call: Call, address: Endpoint): Refusal | null {
  const { session, sockets, clock } = facts;
  const enter = clock.enters[index] ?? 0;
  const own = sockets.get(call.socket ?? '');
  const lastSign = lastSigns(session.calls, clock, session.run);
  const holders = [...sockets.values()].flatMap((socket) => {
    if (socket === own || socket.unix || socket.type !== (own?.type ?? 'stream')) return [];
    if (socket.close !== null && (clock.exits[socket.close] ?? 0) < enter) return [];
    const bind = boundBefore(facts, socket.id, index);
    const bound = parseEndpoint(bind?.address);
    return bind !== null && bound !== null && overlap(bound, address) ? [{ socket, bind }] : [];
  });
  // A process that ended closed its sockets without a call: one that certainly ran is the likelier holder.
  const found = holders.find(({ socket }) => lastSign(socket.role) >= enter) ?? holders[0];
  if (found === undefined) return null;
  const { socket, bind } = found;
  const listen = controlBefore(facts, socket, index, ({ name, ret }) => name === 'listen' && ret === 0);
  const params = { address: bind.address, fd: session.calls[bind.call]?.fd ?? -1 };
  if (listen !== null) return { kind: 'in-use-listener', params, calls: [listen] };
  return {
    kind: 'in-use-socket',
    params: { ...params, help: helpOf(facts, own, socket, index) },
    calls: [bind.call],
  };
}

/** A connection whose local end is the address: still open, or closed and not yet forgotten by the kernel. */
function heldByConnection(facts: Facts, index: number, call: Call, address: Endpoint): Refusal | null {
  const { clock, ends, sockets } = facts;
  const enter = clock.enters[index] ?? 0;
  const own = sockets.get(call.socket ?? '');
  let over: Refusal | null = null;
  for (const end of ends.ends) {
    if (end === null || end.opening === null || (clock.enters[end.opening] ?? 0) > enter) continue;
    const local = parseEndpoint(localOf(facts, end));
    if (end.socket === own || local === null || !overlap(address, local)) continue;
    const help = helpOf(facts, own, end.socket, index);
    const params = { address: endpointText(local.host, local.port), help };
    const { close } = end.socket;
    if (close === null || (clock.exits[close] ?? 0) >= enter) {
      const fd = openedFd(facts, end.opening);
      return { kind: 'in-use-connection', params: { ...params, fd }, calls: [end.opening] };
    }
    const state = stateAfterClose(facts, end, enter);
    if (state !== null) over = { kind: 'in-use-time-wait', params: { ...params, state }, calls: [close] };
  }
  return over;
}

function localOf({ capture }: Facts, { flow, side }: TcpEnd): string {
  const { addressA, portA, addressB, portB } = capture.flows.get(flow);
  return side === 0 ? endpointText(addressA, portA) : endpointText(addressB, portB);
}

function openedFd({ session }: Facts, opening: number): number {
  const call = session.calls[opening];
  return (call !== undefined && isAccept(call) ? call.ret : call?.fd) ?? -1;
}

/** What the kernel keeps of a connection that this end has closed; null where it keeps nothing: its peer closed first, or a reset ended it. */
function stateAfterClose({ sides, clock }: Facts, { flow, side }: TcpEnd, ns: number): string | null {
  const own = sides[flow]?.[side];
  if (own == null || own.finRow < 0) return null;
  const at = (row: number): number => (row < 0 ? Number.POSITIVE_INFINITY : (clock.packets[row] ?? 0));
  const heardNs = at(own.heardFinRow);
  if (at(own.resetRow) < ns || heardNs < at(own.finRow)) return null;
  if (heardNs > ns) return 'FIN-WAIT-2';
  return ns - heardNs > TIME_WAIT_NS ? null : 'TIME-WAIT';
}

/** Two addresses that no two sockets can have without SO_REUSEADDR or SO_REUSEPORT. */
function overlap(one: Endpoint, other: Endpoint): boolean {
  if (one.port !== other.port) return false;
  return (isAnyHost(one.host) && isAnyHost(other.host)) || bindFits(one, other) + bindFits(other, one) > 0;
}

/** Who lacked SO_REUSEADDR, which on Linux both must have set (socket(7)). */
function helpOf(facts: Facts, own: SocketLife | undefined, holder: SocketLife, index: number): string {
  const lacks = own === undefined || !reuses(facts, own, index);
  // What accept() gives has the options of its listener.
  const origin = facts.sockets.get(holder.listener ?? '') ?? holder;
  const holderLacks = !reuses(facts, origin, index);
  if (lacks) return holderLacks ? 'both' : 'here';
  return holderLacks ? 'there' : 'none';
}

function reuses(facts: Facts, socket: SocketLife, index: number): boolean {
  let on = false;
  for (const at of socket.controls) {
    const call = facts.session.calls[at];
    if (at < index && call !== undefined) on = optionSet(call, 'SO_REUSEADDR') ?? on;
  }
  return on;
}

/** The last call before `index` that did something to a socket. */
export function controlBefore(
  { session }: Facts,
  socket: SocketLife | undefined,
  index: number,
  is: (call: Call) => boolean,
): number | null {
  return (
    socket?.calls.findLast((at) => {
      const call = session.calls[at];
      return at < index && call !== undefined && is(call);
    }) ?? null
  );
}
