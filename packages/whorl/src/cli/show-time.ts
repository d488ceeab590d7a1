// A length of time as a person reads it.

/** 0.35 s, 12.3 s, 2 min 05 s, 1 h 02 min. */
export function showTime(seconds: number): string {
  // from 9.995 on two decimals would be rounded to 10.00, from 59.95 on one to 60.0
  if (seconds < 9.995) return `${seconds.toFixed(2)} s`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  const two = (value: number): string => String(Math.floor(value)).padStart(2, '0');
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  return `${Math.floor(whole / 3600)} h ${two((whole % 3600) / 60)} min`;
}
