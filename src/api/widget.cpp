// The widget: one script for other people's pages, `<evenkeel-changelog src="https://changelog.example.org">`.
//
// A custom element with a shadow root, so that neither page nor widget changes the other's looks. No inline code, no eval, and a style
// sheet object instead of a style element: it works under `script-src`/`connect-src` of this server alone. It fetches when the page is
// idle, once a session, and fails without a word. What was read is kept in the reader's own browser.
#include "api/public_page.hpp"

namespace evenkeel::api {

std::string_view widget_script() {
  return R"JS((() => {
  'use strict';
  const words = {
    en: ['What is new', 'Close', 'All releases', 'unread', 'Nothing new yet'],
    de: ['Was ist neu', 'Schließen', 'Alle Versionen', 'ungelesen', 'Noch nichts Neues'],
    fr: ['Nouveautés', 'Fermer', 'Toutes les versions', 'non lues', 'Rien de nouveau'],
    es: ['Novedades', 'Cerrar', 'Todas las versiones', 'sin leer', 'Nada nuevo todavía']
  };
  const css = `
    :host { display: inline-block; font: 16px/1.5 system-ui, sans-serif; color-scheme: light dark;
      --bg: #fff; --text: #14181f; --soft: #465160; --line: #d8dee6; --accent: #2456d6; }
    @media (prefers-color-scheme: dark) { :host(:not([theme=light])) { --bg: #14191f; --text: #e9edf2; --soft: #b0bac6; --line: #2b3440; --accent: #84a9ff; } }
    :host([theme=dark]) { --bg: #14191f; --text: #e9edf2; --soft: #b0bac6; --line: #2b3440; --accent: #84a9ff; }
    :host([hidden]) { display: none; }
    button { font: inherit; color: inherit; background: none; border: 1px solid var(--line); border-radius: 4px; padding: 8px 12px; min-height: 44px; cursor: pointer; }
    :focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
    .open { position: relative; }
    .dot { position: absolute; top: -4px; right: -4px; width: 10px; height: 10px; border-radius: 50%; background: var(--accent); }
    .dot[hidden] { display: none; }
    .gone { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    dialog { width: min(40rem, calc(100vw - 32px)); max-height: 80vh; padding: 24px; border: 1px solid var(--line); border-radius: 12px;
      background: var(--bg); color: var(--text); overflow: auto; overflow-wrap: anywhere; }
    dialog::backdrop { background: rgb(0 0 0 / 40%); }
    header { display: flex; justify-content: space-between; align-items: center; gap: 16px; }
    h2 { margin: 0; font-size: 20px; } h3 { margin: 24px 0 0; font-size: 16px; } h4, h5, h6 { margin: 16px 0 4px; font-size: 14px; }
    time { color: var(--soft); font-size: 14px; } a { color: var(--accent); } img { max-width: 100%; }`;
  const clean = (html, base) => {
    const page = new DOMParser().parseFromString(html, 'text/html');
    page.querySelectorAll('script,style,iframe,object,embed,form,link,meta,base').forEach((e) => e.remove());
    page.querySelectorAll('*').forEach((e) => [...e.attributes].forEach((a) => {
      if (/^on|^style$/i.test(a.name)) e.removeAttribute(a.name);
      else if (/^(href|src)$/i.test(a.name)) {
        try {
          const url = new URL(a.value, base);
          if (/^(https?|mailto):$/.test(url.protocol)) e.setAttribute(a.name, url.href); else e.removeAttribute(a.name);
        } catch { e.removeAttribute(a.name); }
      }
    }));
    page.querySelectorAll('h1,h2,h3').forEach((h) => { const n = page.createElement('h4'); n.append(...h.childNodes); h.replaceWith(n); });
    return page.body.childNodes;
  };
  const make = (name, props, ...children) => { const e = Object.assign(document.createElement(name), props); e.append(...children); return e; };
  const keep = (store, key, value) => {
    try { return value === undefined ? window[store].getItem(key) : window[store].setItem(key, value); } catch { return null; }
  };

  class Changelog extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const lang = (this.getAttribute('lang') || document.documentElement.lang || 'en').slice(0, 2).toLowerCase();
      this.words = words[lang] || words.en;
      this.lang = words[lang] ? lang : 'en';
      this.base = (this.getAttribute('src') || new URL('.', script).href).replace(/\/(changelog\/?)?$/, '') + '/changelog';
      this.key = 'evenkeel:' + this.base;
      const root = this.attachShadow({ mode: 'open' });
      try { const sheet = new CSSStyleSheet(); sheet.replaceSync(css); root.adoptedStyleSheets = [sheet]; } catch { /* plain looks */ }
      this.dot = make('span', { className: 'dot', hidden: true });
      this.told = make('span', { className: 'gone' });
      this.button = make('button', { className: 'open', type: 'button' }, make('slot', {}, this.words[0]), this.dot, this.told);
      this.button.setAttribute('aria-haspopup', 'dialog');
      this.button.addEventListener('click', () => this.open());
      this.hidden = true;
      root.append(this.button);
      const start = () => this.load();
      if (window.requestIdleCallback) requestIdleCallback(start, { timeout: 5000 }); else setTimeout(start, 200);
    }
    async load() {
      try {
        let text = keep('sessionStorage', this.key);
        if (!text) {
          const answer = await fetch(this.base + '/feed.json', { credentials: 'omit' });
          if (!answer.ok) return;
          text = await answer.text();
          keep('sessionStorage', this.key, text);
        }
        this.items = JSON.parse(text).items.slice(0, 10);
        this.hidden = false;
        const seen = keep('localStorage', this.key) || '';
        this.count(this.items.filter((i) => i.date_modified > seen).length);
      } catch { /* the host's page must not notice */ }
    }
    count(n) {
      this.dot.hidden = n === 0;
      this.told.textContent = n ? ` (${n} ${this.words[3]})` : '';
      this.dispatchEvent(new CustomEvent('evenkeel-unread', { detail: n, bubbles: true }));
    }
    open() {
      if (!this.dialog) {
        const close = make('button', { type: 'button', textContent: this.words[1] });
        const title = make('h2', { id: 'title', textContent: this.words[0] });
        this.dialog = make('dialog', {}, make('header', {}, title, close));
        this.dialog.setAttribute('aria-labelledby', 'title');
        const day = new Intl.DateTimeFormat(this.lang, { dateStyle: 'long' });
        for (const item of this.items) {
          const when = make('time', { dateTime: item.date_published, textContent: day.format(new Date(item.date_published)) });
          this.dialog.append(make('article', {}, make('h3', { textContent: item.title }), when, ...clean(item.content_html, this.base)));
        }
        if (!this.items.length) this.dialog.append(make('p', { textContent: this.words[4] }));
        this.dialog.append(make('p', {}, make('a', { href: this.base, textContent: this.words[2] })));
        close.addEventListener('click', () => this.dialog.close());
        this.dialog.addEventListener('click', (e) => { if (e.target === this.dialog) this.dialog.close(); });
        this.dialog.addEventListener('close', () => this.button.focus());
        this.shadowRoot.append(this.dialog);
      }
      this.dialog.showModal();
      keep('localStorage', this.key, this.items.reduce((last, i) => (i.date_modified > last ? i.date_modified : last), ''));
      this.count(0);
    }
  }
  const script = document.currentScript ? document.currentScript.src : location.href;
  if (!customElements.get('evenkeel-changelog')) customElements.define('evenkeel-changelog', Changelog);
})();
)JS";
}

}  // namespace evenkeel::api
