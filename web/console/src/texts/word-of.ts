/** The word for what the API calls so. What this app does not know yet is told as the API writes it. */
export function wordOf(words: Readonly<Record<string, string>>, told: string): string {
  return words[told] ?? told;
}
