/** Agencies that confirm numbers, as people write them; another one as the request has it. */
const WRITTEN: Readonly<Record<string, string>> = {
  dukcapil: 'Dukcapil',
  oss: 'OSS',
  kemenkop: 'Kemenkop',
};

export function agencyName(source: string): string {
  return WRITTEN[source] ?? source;
}
