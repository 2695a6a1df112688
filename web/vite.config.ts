import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

declare const process: { env: Record<string, string | undefined> };

type Modules = { getModuleInfo(id: string): { importers: readonly string[] } | null };
/** Whether the shell loads this at once: main.ts reaches it without a page being opened, or whoever is not signed in needs it first. */
function isShell(id: string, modules: Modules, seen = new Set<string>()): boolean {
  if (/\/src\/(main\.ts|parts\/SignIn\.svelte)$/.test(id)) return true;
  if (seen.has(id)) return false;
  seen.add(id);
  return (modules.getModuleInfo(id)?.importers ?? []).some((from) => isShell(from, modules, seen));
}

// The server's content policy forbids inline code and styles, so nothing may be inlined: neither small assets nor the preload polyfill.
export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  build: {
    target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: true,
    // What the shell loads is one file, what several pages share another: on a slow line thirty small ones cost more turns than bytes.
    rolldownOptions: { output: { codeSplitting: { groups: [
      { priority: 2, name: (id: string, modules: Modules) => (isShell(id, modules) ? 'shell' : null) },
      { priority: 1, test: /\/src\/(?!generated).*\.(svelte|ts|css)/, minShareCount: 5, name: 'shared' },
    ] } } },
  },
  server: { host: '127.0.0.1', proxy: { '/api': process.env.EVENKEEL_SERVER ?? 'http://127.0.0.1:8080' } },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], restoreMocks: true, css: true },
});
