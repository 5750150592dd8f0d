/** English, all of it: what src/words/words.ts asks of a language. */
export { calls } from './calls.ts';
export { findings } from './findings.ts';
export { issues, report, severity, told } from './issues.ts';
export { lessons } from './lessons.ts';
export { packets } from './packets.ts';
export { readings } from './readings.ts';
