// What was just done, said once: seen at the foot of the page and heard by those who do not see it.
export const told = $state<{ text: string }>({ text: '' });
let later: ReturnType<typeof setTimeout> | undefined;
export function tell(text: string) {
  told.text = text;
  clearTimeout(later);
  later = setTimeout(() => { told.text = ''; }, 6000);
}
