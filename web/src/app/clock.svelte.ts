// The time that relative times on screen refer to; moves twice a minute, and not while the tab is hidden.
export const clock = $state({ now: Date.now() });
setInterval(() => { if (!document.hidden) clock.now = Date.now(); }, 30_000);
