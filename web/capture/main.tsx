import { render } from 'preact';
import { apiOf } from './api.ts';
import { App } from './app.tsx';
import { askBrowser } from './browser-said.ts';
import './style.css';

/** The page lies at `/i/TOKEN`; its calls are relative to that. */
const base = `${location.pathname.replace(/\/$/, '')}/api/`;
const said = await askBrowser();
render(<App api={apiOf(base)} said={said} />, document.getElementById('page')!);
