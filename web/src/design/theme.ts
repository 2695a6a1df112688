// Theme and density: what the person chose, kept in this browser; otherwise the system's.
export type Theme = 'system' | 'light' | 'dark';
export type Density = 'comfortable' | 'compact';

const read = (key: string) => { try { return localStorage.getItem(key); } catch { return null; } };
const write = (key: string, value: string) => { try { localStorage.setItem(key, value); } catch { /* private mode: the choice lasts for this page */ } };

export const chosenTheme = (): Theme => { const t = read('theme'); return t === 'light' || t === 'dark' ? t : 'system'; };
export const chosenDensity = (): Density => (read('density') === 'compact' ? 'compact' : 'comfortable');

export function applyTheme(theme: Theme = chosenTheme(), density: Density = chosenDensity()) {
  const { dataset } = document.documentElement;
  if (theme === 'system') delete dataset['theme'];
  else dataset['theme'] = theme;
  dataset['density'] = density;
  write('theme', theme);
  write('density', density);
}
