/** What is printed besides the ladder: lists of scenarios, steps, the shell, what --verify checks. */
export const texts = {
  groups: { data: 'What is sent', sockets: 'The sockets', network: 'The network', run: 'The run' },
  worthTrying: 'Worth trying',
  listEnd: 'sockscope scenarios ID tells more of one; sockscope run ID runs it.',
  stepHelp:
    'Enter: the first goes · ROLE: that one · all · data TEXT: send TEXT instead (\\n, \\x00) · wait MS: pause before it · ROLE signal NAME: send it USR1, TERM, STOP…',
  noRoleNamed: (role: string, roles: string): string => `no role ${role} runs: ${roles}`,
  whichSignal: (names: string): string => `which signal? ${names}`,
  noSignal: (typed: string, names: string): string => `no signal ${typed}: ${names}`,
  signalSent: (signal: string, role: string): string => `${signal} sent to ${role}`,
  savedBoth: (first: string, second: string): string =>
    `saved as ${first} and ${second}: sockscope compare ${first} ${second}`,
  aboutToCall: (role: string, call: string, changed: string): string =>
    `${role} is about to call ${call}${changed === '' ? '' : `: ${changed}`}`,
  blockedIn: (role: string, seconds: number, call: string): string =>
    `${role} blocked ${seconds} s in ${call}`,
  notEditable: (call: string): string => `${call} sends no data that can be edited`,
  atMostBytes: (most: number): string => `at most ${most} bytes`,
  pauseIs: (most: number): string => `a pause is a number of ms, at most ${most}`,
  bytesInstead: (now: number, before: number): string => `(${now} bytes instead of ${before})`,
  afterPause: (ms: number): string => `after a pause of ${ms} ms`,
  shell:
    'A shell in a network of its own: only what you start here is in it, and it ends with the shell.\n  sockscope run tcp-echo --role server &      one side of an exercise; be the other: nc 127.0.0.1 3500\n  nc -l 127.0.0.1 3500 &                      or the other way round: sockscope run tcp-echo --role client\n',
  verify: {
    'calls are numbered without a gap, in order of entry':
      'calls are numbered without a gap, in order of entry',
    'a thread makes one call after the other': 'a thread makes one call after the other',
    'results fit what was asked': 'results fit what was asked',
    'sockets live from their making to their close': 'sockets live from their making to their close',
    'sendall is the sum of its sends': 'sendall is the sum of its sends',
    'stream offsets are the sums of what the calls moved':
      'stream offsets are the sums of what the calls moved',
    'bytes on the wire are the bytes of the calls': 'bytes on the wire are the bytes of the calls',
    'every packet has a reason': 'every packet has a reason',
    'no effect comes before its cause': 'no effect comes before its cause',
    'no link crosses two incarnations of a four-tuple': 'no link crosses two incarnations of a four-tuple',
    'calls and packets agree on addresses': 'calls and packets agree on addresses',
    'every call that touched the wire has its packets': 'every call that touched the wire has its packets',
    'each socket sends in order: numbers, acknowledgements and time stamps grow':
      'each socket sends in order: numbers, acknowledgements and time stamps grow',
    'every packet that the kernel captured is here': 'every packet that the kernel captured is here',
    'headers are sound': 'headers are sound',
    'checksums are right': 'checksums are right',
    'acknowledgements are of what arrived': 'acknowledgements are of what arrived',
    'segments follow the rules of TCP': 'segments follow the rules of TCP',
    'connect and accept have their handshakes': 'connect and accept have their handshakes',
    'network errors and successes have their packets': 'network errors and successes have their packets',
    'datagrams balance: sent = received + lost + refused + unread':
      'datagrams balance: sent = received + lost + refused + unread',
    'the session is as it was saved': 'the session is as it was saved',
    'bytes balance: sent = on the wire + never sent; on the wire = received + unread + missing':
      'bytes balance: sent = on the wire + never sent; on the wire = received + unread + missing',
  },
};
