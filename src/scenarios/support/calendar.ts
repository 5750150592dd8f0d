const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const WIDTH = 20;
/** The day after 2 September 1752 was the 14th: England's change to the Gregorian calendar, as cal(1) has it. */
const FIRST_GREGORIAN = 17_520_914;

/** What `cal YEAR` prints, for the years 1 to 9999, where cal(1) is not installed. */
export function calendarOf(year: number): string {
  const blocks = MONTHS.map((name, month) => monthOf(year, month + 1, name));
  const lines = [String(year).padStart(33)];
  for (let first = 0; first < blocks.length; first += 3) {
    for (let line = 0; line < 8; line += 1)
      lines.push(
        blocks
          .slice(first, first + 3)
          .map((block) => (block[line] ?? '').padEnd(WIDTH))
          .join('  ')
          .trimEnd(),
      );
  }
  return `${lines.join('\n').trimEnd()}\n`;
}

function monthOf(year: number, month: number, name: string): readonly string[] {
  const days = daysOf(year, month);
  const cells = [
    ...Array<string>(weekday(year, month, 1)).fill('  '),
    ...days.map((day) => String(day).padStart(2)),
  ];
  const weeks = Array.from({ length: 6 }, (_, week) => cells.slice(7 * week, 7 * week + 7).join(' '));
  return [' '.repeat((WIDTH - name.length) >> 1) + name, 'Su Mo Tu We Th Fr Sa', ...weeks];
}

function daysOf(year: number, month: number): readonly number[] {
  const length = [31, isLeap(year) ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31][month - 1] ?? 0;
  const days = Array.from({ length }, (_, index) => index + 1);
  return year === 1752 && month === 9 ? days.filter((day) => day < 3 || day > 13) : days;
}

/** Of the Julian calendar up to 1752, where each fourth year is one. */
function isLeap(year: number): boolean {
  return year % 4 === 0 && (year <= 1752 || year % 100 !== 0 || year % 400 === 0);
}

/** 0 for Sunday: from the Julian day number (Richards, Explanatory Supplement to the Astronomical Almanac 15.11.3). */
function weekday(year: number, month: number, day: number): number {
  const a = Math.floor((14 - month) / 12);
  const y = year + 4800 - a;
  const julian = day + Math.floor((153 * (month + 12 * a - 3) + 2) / 5) + 365 * y + Math.floor(y / 4);
  const isGregorian = year * 10_000 + month * 100 + day >= FIRST_GREGORIAN;
  const number = isGregorian ? julian - Math.floor(y / 100) + Math.floor(y / 400) - 32_045 : julian - 32_083;
  return (number + 1) % 7;
}
