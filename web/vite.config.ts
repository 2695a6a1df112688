import { svelte } from '@sveltejs/vite-plugin-svelte';
import { svelteTesting } from '@testing-library/svelte/vite';
import { defineConfig } from 'vitest/config';

declare const process: { env: Record<string, string | undefined> };

// The server's content policy forbids inline code and styles, so nothing may be inlined: neither small assets nor the preload polyfill.
export default defineConfig({
  plugins: [svelte(), svelteTesting()],
  build: { target: 'es2022', assetsInlineLimit: 0, modulePreload: { polyfill: false }, reportCompressedSize: true },
  server: { host: '127.0.0.1', proxy: { '/api': process.env.EVENKEEL_SERVER ?? 'http://127.0.0.1:8080' } },
  test: { environment: 'jsdom', include: ['src/**/*.test.ts'], restoreMocks: true, css: true },
});
