// A page that is printed: what is folded on the screen is open on paper, and folded again afterwards.
export function startPaper() {
  const paper = matchMedia('print');
  let opened: HTMLDetailsElement[] = [];
  paper.addEventListener('change', () => {
    if (paper.matches) opened = [...document.querySelectorAll<HTMLDetailsElement>('details:not([open], .no-print)')];
    for (const fold of opened) fold.open = paper.matches;
    if (!paper.matches) opened = [];
  });
}
