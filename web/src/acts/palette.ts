// What the palette finds for a few letters. Pure.
export interface Item { key: string; group: 'pages' | 'acts' | 'releases'; label: string; note: string; run: () => void }

/** Every word that was typed must be somewhere; those that begin the label come first, then those in the label, then the rest. */
export function rank(items: Item[], text: string, most = 40): Item[] {
  const wanted = text.toLowerCase().split(/\s+/).filter(Boolean);
  const score = (item: Item): number => {
    const label = item.label.toLowerCase(), all = `${label} ${item.note.toLowerCase()} ${item.key.toLowerCase()}`;
    if (!wanted.every((w) => all.includes(w))) return -1;
    if (!wanted.length) return item.group === 'pages' && item.key.startsWith('/') ? 3 : item.group === 'acts' ? 2 : 1;
    return (label.startsWith(wanted[0]!) ? 4 : 0) + (wanted.every((w) => label.includes(w)) ? 2 : 0) + (item.key.startsWith('/') ? 1 : 0);
  };
  return items.map((item) => ({ item, s: score(item) })).filter((x) => x.s >= 0).sort((a, b) => b.s - a.s).slice(0, most).map((x) => x.item);
}
