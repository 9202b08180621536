/** Who is meant by some words: each of them begins a word of the name, or stands in the user name. */
export function matching(
  asked: string,
): (row: { readonly name: string; readonly username: string }) => boolean {
  const words = folded(asked).split(/\s+/).filter(Boolean);
  if (words.length === 0) return () => true;
  return (row) => {
    const name = ` ${folded(row.name)}`;
    const username = folded(row.username);
    return words.every((word) => name.includes(` ${word}`) || username.includes(word));
  };
}

/** Without case and accents. */
function folded(text: string): string {
  return text
    .normalize('NFD')
    .replace(/\p{Mn}/gu, '')
    .toLocaleLowerCase('id');
}
