import './design/fonts.css';
import './design/tokens.css';
import './design/base.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import { startKeys } from './app/keys.svelte';
import { startPaper } from './app/paper';
import { startRouter } from './app/router.svelte';
import { applyTheme } from './design/theme';
import { startLive } from './live/live.svelte';

applyTheme();
startRouter();
startKeys();
startPaper();
startLive();
mount(App, { target: document.getElementById('app')! });
