import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Capture } from '../../capture/capture.ts';
import { frameNumber } from '../../capture/fields.ts';
import { openCapture } from '../../capture/file/open-capture.ts';
import { compileFilter, parseFilter } from '../../src/filter/filter.ts';
import { hasProgram, sharedCaptures, tsharkFields } from '../shared.ts';

/** Each is asked of every capture, of tshark and of us: the frames must be the same. */
const EXPRESSIONS = [
  '',
  'tcp',
  'udp || icmp',
  '!tcp',
  'not udp and not tcp',
  'eth',
  'vlan',
  'ipv6',
  'tcp.flags.syn',
  'tcp.flags.syn == 1',
  'tcp.flags.syn == 1 && tcp.flags.ack == 0',
  'tcp.flags.fin == True || tcp.flags.reset == 1',
  'tcp.flags & 2',
  'tcp.flags & 0x11 == 0x11',
  'tcp.flags == 0x018',
  'tcp[13] & 2',
  'tcp[13] & 2 == 2',
  'tcp[12:2] & 0f:ff == 00:12',
  'frame[0:2] & 40:00',
  'tcp.len % 2 == 1',
  'tcp.len * 2 > 2000',
  'ip.ttl / 2 == 32',
  'tcp.srcport + 1 == tcp.dstport',
  'tcp.seq == tcp.ack - 1',
  'tcp.len + tcp.hdr_len > 1000',
  'tcp.len == frame.len - 52',
  'ip.len - ip.hdr_len == 20',
  'tcp.len + 2 * 3 == 6',
  '{tcp.len + 2} * 3 == 6',
  'tcp.len * 2 - tcp.hdr_len / 4 > 100',
  'tcp.len % 7 * 3 == 6',
  'tcp.len & 3 + 4 == 4',
  'tcp.flags & tcp.len',
  'tcp.len == {frame.len - 54}',
  'tcp.hdr_len == 4 * 8',
  'ip.len == ip.hdr_len + {tcp.hdr_len + tcp.len}',
  '{tcp.len - 100} / 2 < -10',
  '{ip.ttl - 64}',
  '-tcp.len == -1448',
  'max(tcp.port) < 1024',
  'min(tcp.port, udp.port) == 53',
  'max(ip.addr) == 127.0.0.0/8',
  'max(frame.len, 1000) == 1000',
  'max(tcp.srcport, tcp.dstport) - min(tcp.srcport, tcp.dstport) < 1000',
  'abs(tcp.srcport - tcp.dstport) < 1000',
  'abs(tcp.len - 1448) < 10',
  'ip.src[0:2] == 0a:4d',
  'ip.src[0:2] == 0a:00',
  'ip.dst[-1:] == 02',
  'ipv6.src[0:2] == fe:80',
  'eth.src[0:3] == 00:00:00',
  'tcp.len == min(1448, frame.len)',
  'frame.time_delta - 0.5 > 0',
  'frame.time_delta + 0.5 > 1',
  'max(len(tcp.payload), 3) == 3',
  'string(tcp.flags) == "2"',
  'string(tcp.port) matches "^5"',
  'string(ip.src) contains "0.2"',
  'string(ipv6.dst) contains "::"',
  'string(eth.src) == "02:00:00:00:00:01"',
  'tcp.options.sack.dsack',
  'tcp.options.sack.dsack_le < 1000',
  'tcp.options.mptcp.dataackpresent.flag == 1 && tcp.options.mptcp.datalvllen > 10',
  'tcp.len > 0',
  'tcp.len >= 1000 and tcp.len < 1448',
  'tcp.port == 80',
  'tcp.port != 80',
  'tcp.port !== 80',
  'tcp.port === 80',
  '!(tcp.port == 80)',
  'tcp.port in {22, 80, 443, 8000..9000}',
  'tcp.port not in {22, 80}',
  'not tcp.port in {5000..60000}',
  'udp.port == 53 or udp.port == 5353',
  'tcp.srcport > tcp.dstport',
  'tcp.srcport == tcp.dstport',
  'ip.src == ip.dst',
  'ip.addr == 127.0.0.1',
  'ip.addr != 127.0.0.1',
  'ip.addr == 10.0.0.0/8',
  'ip.addr != 10.0.0.0/8',
  'ip.src == 10.77.0.0/30',
  'ip.addr in {10.0.0.0..10.99.0.0, 127.0.0.1}',
  'ip.src > 10.0.0.1',
  'ipv6.addr == ::1',
  'ipv6.addr == fe80::/10',
  'ipv6.src == ::1/128 && tcp.len > 10',
  'ip.ttl == 64',
  'ip.ttl < 64',
  'ip.proto == TCP',
  'ip.proto == 17',
  'ip.id == 0',
  'ip.len > 100',
  'ip.flags.df == 1',
  'ip.flags.mf == 1 || ip.frag_offset > 0',
  'ip.version == 4 && ip.hdr_len == 20',
  'ip.dsfield != 0',
  'frame.len > 100',
  'frame.len == frame.cap_len',
  'frame.cap_len < frame.len',
  'frame.number <= 5',
  'frame.number in {1, 3..7, 100}',
  'frame.number & 1',
  'frame.time_relative > 0.05',
  'frame.time_delta < 0.001',
  'frame.time_epoch > 1000000000',
  'frame.time > "2015-01-01 00:00:00"',
  'frame contains "GET"',
  'frame contains 00:00:00',
  'frame matches "host"',
  'frame matches "http/1\\\\.[01]"',
  'tcp contains "HTTP"',
  'tcp contains 08:0a',
  'tcp.payload contains "a"',
  'tcp.payload[0:3] == 47:45:54',
  'tcp.payload[0] == 0x47',
  'tcp.payload[-1] == 0a',
  'frame[0:2] == 45:00',
  'frame[0:2] >= 45',
  'udp[4:2] > 10',
  'udp[4:2] > 00:0a',
  'udp[4:2] <= 1',
  'tcp.payload > 41',
  'tcp.payload < 41:41:41',
  'tcp.options >= 02',
  'ip.flags.mf == FALSE',
  'ip.flags.df == "set"',
  'frame[12-13] == 08:00',
  'ip.src[0] == 7f',
  'ip.dst[2:2] == 00:01',
  'ip.src[3] & 01',
  'len(ip.src) == 4',
  'eth.src[0:3] == 00:00:00',
  'eth.addr == 00:00:00:00:00:00',
  'eth.dst == ff:ff:ff:ff:ff:ff',
  'eth.type == 0x0800',
  'vlan.id == 100',
  'tcp.stream == 0',
  'tcp.stream > 0 && tcp.stream < 3',
  'udp.stream == 1',
  'udp.length > 50',
  'tcp.seq == 1',
  'tcp.seq > 100000',
  'tcp.ack == 1 && tcp.len == 0',
  'tcp.seq_raw > 2000000000',
  'tcp.nxtseq > 1000',
  'tcp.window_size_value < 500',
  'tcp.window_size > 65535',
  'tcp.window_size == 0',
  'tcp.hdr_len > 32',
  'tcp.options',
  'tcp.options.mss_val == 1460',
  'tcp.options.sack_le',
  'tcp.options.sack_le > 10000',
  'tcp.options.timestamp.tsval > 1000000',
  'tcp.options.wscale.shift == 7',
  'tcp.connection.syn',
  'tcp.completeness == 31',
  'tcp.time_delta > 0.1',
  'tcp.urgent_pointer != 0',
  'icmp.type == 3 && icmp.code == 3',
  'icmp && udp',
  'icmp && tcp.port',
  'icmp.ident == 1',
  'icmpv6.type >= 128',
  'len(tcp.payload) > 500',
  'count(ip.addr) > 2',
  'any tcp.port > 60000',
  'all tcp.port > 1024',
  'tcp and udp or icmp',
  'icmp or tcp and tcp.len == 0',
  '(icmp or tcp) and frame.len < 80',
  'tcp.port eq 80 and ip.ttl ge 60',
  'ip.addr#1 == 127.0.0.1',
  'frame.interface_id == 0',
  'frame.encap_type == 7',
] as const;

/** Expressions with abs() of a time, and what they are compared with. abs() of tshark 4.0 leaves times of less than a second their sign. */
const TIMES_APART = [
  ['abs(frame.time_delta - 1) < 0.9', 'frame.time_delta > 0.1 && frame.time_delta < 1.9'],
  ['abs(frame.time_delta - 2.5) <= 2.4', 'frame.time_delta >= 0.1 && frame.time_delta <= 4.9'],
  ['abs(frame.time_delta - 0.001) < 0', 'frame.time_delta < 0 && frame.time_delta > 0'],
] as const;

/** A listener for each expression: what a filter of one lets through is what -Y would show. */
const SCRIPT = `
for number, filter in ipairs(FILTERS) do
  local listener, frames = Listener.new('frame', filter ~= '' and filter or nil), {}
  function listener.packet(pinfo) table.insert(frames, pinfo.number) end
  function listener.draw() print('FRAMES ' .. number .. ' ' .. table.concat(frames, ' ')) end
end
`;

/** The frames that tshark shows for each expression. It is started once: a start for each took minutes. */
function tsharkFrames(file: string, expressions: readonly string[]): ReadonlyMap<string, string> {
  const script = `${file}.lua`;
  const filters = expressions.map((expression) => `[==[${expression}]==]`).join(',\n');
  writeFileSync(script, `local FILTERS = {\n${filters}\n}\n${SCRIPT}`);
  const whole = ['tcp.desegment_tcp_streams', 'ip.defragment', 'ipv6.defragment'];
  const options = whole.flatMap((option) => ['-o', `${option}:FALSE`]);
  const run = spawnSync('tshark', ['-n', '-q', '-r', file, '-X', `lua_script:${script}`, ...options], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  // Blocks that are no packets are listed too.
  const packets = new Set(
    tsharkFields(file, ['frame.number', 'frame.protocols']).flatMap(([number = '', protocols = '']) =>
      /^(data|systemd_journal)?$/.test(protocols) ? [] : [number],
    ),
  );
  const answers = [...run.stdout.matchAll(/^FRAMES (\d+) (.*)$/gm)].map(([, number, frames = '']) => {
    const shown = frames.split(' ').filter((frame) => packets.has(frame));
    return [expressions[Number(number) - 1] ?? '', shown.join(' ')] as const;
  });
  if (answers.length !== expressions.length)
    throw new Error(`tshark answered ${answers.length} of ${expressions.length} filters: ${run.stderr}`);
  return new Map(answers);
}

/** All captures one behind the other in one file. */
function joined(): string | null {
  const readable = sharedCaptures('captures').filter(
    (file) =>
      !/huge-caplen|len-zero|invalid-vers|option-too-long|trunc-mid|flip05|sections|invalid_micro|test202|test102|nrb-dsb/.test(
        file,
      ),
  );
  if (readable.length === 0) return null;
  const path = join(mkdtempSync(join(tmpdir(), 'sockscope-filter-')), 'all.pcapng');
  const run = spawnSync('mergecap', ['-a', '-w', path, ...readable], { encoding: 'utf8' });
  return run.status === 0 ? path : null;
}

function ourFrames(capture: Capture, expression: string): string {
  const result = parseFilter(expression);
  if (!result.ok) throw result.error;
  const filter = compileFilter(result.filter, { capture, timeline: null });
  const ours: number[] = [];
  for (let row = 0; row < capture.columns.length; row++)
    if (filter.packet(row)) ours.push(frameNumber(capture, row));
  return ours.join(' ');
}

describe.skipIf(!hasProgram('tshark') || !hasProgram('mergecap'))('the same frames as tshark -Y', () => {
  const file = joined();
  let capture: Capture;
  let theirs: ReadonlyMap<string, string>;
  beforeAll(async () => {
    if (file === null) return;
    capture = await openCapture(file);
    theirs = tsharkFrames(file, [...EXPRESSIONS, ...TIMES_APART.map(([, same]) => same)]);
  }, 60_000);
  afterAll(() => {
    if (file === null) return;
    capture.close();
    rmSync(dirname(file), { recursive: true });
  });

  test.skipIf(file === null).each(EXPRESSIONS)('%s', (expression) => {
    expect(ourFrames(capture, expression)).toBe(theirs.get(expression));
  });

  test.skipIf(file === null).each(TIMES_APART)('%s, as tshark says it without abs()', (expression, same) => {
    expect(ourFrames(capture, expression)).toBe(theirs.get(same));
  });
});
