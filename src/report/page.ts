import { html, raw, type Markup } from '../kernel/html.ts';

/** One file that stands alone: no script, no request, light and dark, and it prints. */
export function page(title: string, language: string, body: Markup): string {
  return `<!doctype html>\n${
    html`<html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta
          http-equiv="Content-Security-Policy"
          content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"
        />
        <title>${title}</title>
        <style>
          ${raw(STYLE)}
        </style>
      </head>
      <body>
        ${body}
      </body>
    </html>`.text
  }\n`;
}

const STYLE = `
:root { color-scheme: light dark; --ink: #1b1f24; --soft: #59636e; --line: #d8dee4; --paper: #fff; --panel: #f6f8fa;
  --pass: #1a7f37; --doubt: #9a6700; --fail: #cf222e; --a: #0969da; --b: #bf5700; --c: #1a7f37; --d: #8250df; --e: #cf222e; --f: #59636e; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6edf3; --soft: #9198a1; --line: #3d444d; --paper: #0d1117; --panel: #151b23;
  --pass: #3fb950; --doubt: #d29922; --fail: #f85149; --a: #58a6ff; --b: #f0883e; --c: #3fb950; --d: #bc8cff; --e: #f85149; --f: #9198a1; } }
* { box-sizing: border-box; }
body { font: 15px/1.45 system-ui, 'Segoe UI', Roboto, sans-serif; color: var(--ink); background: var(--paper); margin: 0 auto; max-width: 1080px; padding: 24px 20px 64px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 36px 0 10px; border-bottom: 1px solid var(--line); padding-bottom: 4px; } h3 { font-size: 15px; margin: 20px 0 8px; }
p { margin: 6px 0; } .soft { color: var(--soft); } code, .mono { font: 13px/1.4 ui-monospace, 'DejaVu Sans Mono', Menlo, monospace; }
table { border-collapse: collapse; width: 100%; font-variant-numeric: tabular-nums; } th, td { text-align: left; padding: 5px 10px 5px 0; border-bottom: 1px solid var(--line); vertical-align: top; } th { font-weight: 600; color: var(--soft); } td.number, th.number { text-align: right; }
.verdict { display: flex; gap: 18px; align-items: center; background: var(--panel); border: 1px solid var(--line); border-left: 6px solid var(--soft); border-radius: 8px; padding: 14px 18px; margin: 16px 0; }
.verdict.pass { border-left-color: var(--pass); } .verdict.review { border-left-color: var(--doubt); } .verdict.refuse { border-left-color: var(--fail); }
.verdict .figure { font-size: 40px; font-weight: 700; font-variant-numeric: tabular-nums; }
.mark { white-space: nowrap; font-weight: 600; } .mark.pass { color: var(--pass); } .mark.doubt { color: var(--doubt); } .mark.fail { color: var(--fail); } .mark.none { color: var(--soft); }
.row { display: flex; flex-wrap: wrap; gap: 12px; } figure { margin: 0; } figcaption { color: var(--soft); font-size: 13px; margin-top: 3px; }
.row img, .row svg.picture { display: block; max-width: 100%; border: 1px solid var(--line); border-radius: 6px; } .picture { width: 100%; height: auto; }
.chart { margin: 12px 0; } .chart svg { width: 100%; height: auto; background: var(--panel); border: 1px solid var(--line); border-radius: 6px; }
.chart text { fill: var(--soft); font-size: 11px; } .chart .end { text-anchor: end; } .chart .middle, .chart .axis { text-anchor: middle; } .chart .level-label { text-anchor: end; fill: var(--ink); } .chart .band-label { fill: var(--ink); }
.grid { stroke: var(--line); } .level { stroke: var(--ink); stroke-dasharray: 4 3; opacity: .6; } .line { fill: none; stroke-width: 1.8; } .band { opacity: .16; fill: var(--a); }
.line.a { stroke: var(--a); } .line.b { stroke: var(--b); } .line.c { stroke: var(--c); } .line.d { stroke: var(--d); } .line.e { stroke: var(--e); } .line.f { stroke: var(--f); }
.band.pass { fill: var(--pass); } .band.fail { fill: var(--fail); } .band.mark { fill: var(--ink); opacity: .8; }
.key { margin-left: 12px; } .key::before { content: ''; display: inline-block; width: 14px; border-top: 3px solid; margin-right: 5px; vertical-align: middle; }
.key.a::before { border-color: var(--a); } .key.b::before { border-color: var(--b); } .key.c::before { border-color: var(--c); } .key.d::before { border-color: var(--d); } .key.e::before { border-color: var(--e); } .key.f::before { border-color: var(--f); }
.box { fill: none; stroke: var(--a); stroke-width: 1.5; vector-effect: non-scaling-stroke; } .box.field { stroke: var(--b); stroke-width: 2.5; } .box.mrz { stroke: var(--c); stroke-width: 2.5; } .box.portrait { stroke: var(--d); stroke-width: 2.5; } .dot { fill: var(--a); }
.picture text { font: bold 13px system-ui, sans-serif; paint-order: stroke; stroke: #000; stroke-width: 3px; fill: #fff; }
@media print { body { max-width: none; } h2 { break-after: avoid; } figure, tr { break-inside: avoid; } }
`;
