// Packs the commands that read files, so that they start quickly: their modules go into few files, dist/packed, and beside
// each of these what the engine compiled of it while it checked the samples. `bin/packed.cjs` loads them. The other commands
// load scenarios by path, whose imports would be second copies of what is packed: they stay as they are.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const DIST = join(ROOT, 'dist');
const PACKED = join(DIST, 'packed');
/** Until all of it is there: half a pack would be taken for a whole one. */
const UNFINISHED = join(DIST, 'packed-unfinished');
const SAMPLES = join(ROOT, 'samples');
const THREAD = 'read-ahead-thread';
/** Stay where they are: native code, and what the screen needs. */
const PACKAGES = ['koffi', 'cap', 'blessed'];
const UNPACKED = ['run', 'open', 'compare', 'live', 'scenarios', 'shell', 'doctor'];

for (const place of [PACKED, UNFINISHED]) rmSync(place, { recursive: true, force: true });
await pack();
renameSync(UNFINISHED, PACKED);
practise();

async function pack() {
  const bundle = await rolldown({
    input: { main: join(DIST, 'src/main.js'), [THREAD]: join(DIST, `capture/file/${THREAD}.js`) },
    platform: 'node',
    external: PACKAGES,
    plugins: [{ name: 'own-places', resolveId: leaveOut, transform: keepPlace }],
  });
  await bundle.write({
    dir: UNFINISHED,
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: '[name].cjs',
  });
}

/** Commands that are not packed are imported as they are. */
function leaveOut(source) {
  const [, command] = /^\.\/commands\/([\w-]+)\.js$/.exec(source) ?? [];
  if (command === undefined || !UNPACKED.includes(command)) return null;
  return { id: `../src/commands/${command}.js`, external: true };
}

/** What a module finds by its own place is found from there, except the thread, which is packed itself. */
function keepPlace(code, id) {
  if (!code.includes('import.meta.url')) return null;
  const place = relative(PACKED, id).split(sep).join('/');
  const at = (path) => `new URL($place(${JSON.stringify(path)}))`;
  return code
    .replace(`new URL('./${THREAD}.js', import.meta.url)`, at('../../bin/packed-thread.cjs'))
    .replaceAll('import.meta.url', `${at(place)}.href`);
}

/** Runs what is packed on all samples with their calls, on some without, and keeps what has been compiled for it. */
function practise() {
  const folder = mkdtempSync(join(tmpdir(), 'sockscope-pack-'));
  try {
    const sessions = readdirSync(SAMPLES).filter((name) => name.endsWith('.pcapng'));
    const some = sessions.filter((_, index) => index % 4 === 0);
    const captures = some.map((name) => join(folder, name.replace('.pcapng', '.pcap')));
    for (const [index, name] of some.entries()) record('convert', join(SAMPLES, name), captures[index]);
    record('check', ...captures);
    record('check', '--quiet', ...sessions.map((name) => join(SAMPLES, name)));
    record('check', captures[0]);
    record('packets', '-e', 'frame.number', captures[0]);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function record(...words) {
  const program = [join(ROOT, 'scripts/record-code.cjs'), ...words];
  const { status, stderr } = spawnSync(process.execPath, program, {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  // 1: something is wrong in a capture.
  if (status !== 0 && (status !== 1 || stderr !== ''))
    throw new Error(`sockscope ${words.join(' ')}: ${status}\n${stderr}`);
}
