/** Style of every page a player may see. Own and neutral: nothing here looks like an authority. */
export const STYLE = `
:root { --paper: #f3f4f0; --page: #fdfdfb; --ink: #1f2529; --soft-ink: #535c61; --rule: #d3d8d4;
  --control: #747d82; --act: #274f63; --chosen: #e4ecee;
  --test: #f0e2bd; --test-ink: #4b3a0d; --focus: #b5560a; color-scheme: light dark; }
@media (prefers-color-scheme: dark) { :root { --paper: #14181a; --page: #1b2023; --ink: #e8ebe8;
  --soft-ink: #a9b2b5; --rule: #343c40; --control: #7f898e; --act: #9ccadb; --chosen: #24323a;
  --test: #3b3119; --test-ink: #f0dfae; --focus: #f0a94c; } }
*, *::before, *::after { box-sizing: border-box; }
html { scroll-padding-bottom: 7rem; -webkit-text-size-adjust: 100%; text-size-adjust: 100%; }
body { margin: 0; background: var(--paper); color: var(--ink);
  font: 400 1rem/1.5 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
h1, h2, p, ul, dl, dd, fieldset, legend { margin: 0; padding: 0; }
ul { list-style: none; }
a { color: var(--act); text-underline-offset: 0.2em; }
code { font: 0.9375em ui-monospace, "SFMono-Regular", "Noto Sans Mono", monospace; overflow-wrap: anywhere; }
:focus-visible { outline: 3px solid var(--focus); outline-offset: 2px; }
.test { background: var(--test); color: var(--test-ink); border-bottom: 6px solid; border-image:
  repeating-linear-gradient(135deg, var(--test-ink) 0 6px, transparent 6px 14px) 6; }
.test p { max-width: 70rem; margin: 0 auto; padding: 0.75rem 1.25rem; }
.test b { font-weight: 650; }
main { max-width: 70rem; margin: 0 auto; padding: 1.375rem 1.25rem 2rem; }
h1 { font-size: 1.625rem; line-height: 1.25; font-weight: 640; letter-spacing: -0.012em; text-wrap: balance; }
h2, legend { font-size: 1rem; font-weight: 640; }
.lead { margin-top: 0.625rem; color: var(--soft-ink); max-width: 46ch; overflow-wrap: break-word; }
.lead strong { color: var(--ink); font-weight: 600; }
.asked { margin-top: 1.25rem; border-top: 1px solid var(--control); }
.asked h2 { padding: 0.625rem 0 0.5rem; }
.asked li { display: flex; justify-content: space-between; align-items: baseline; gap: 1rem; padding: 0.5rem 0;
  border-top: 1px solid var(--rule); }
.asked code { color: var(--soft-ink); }
.people { margin-top: 1.5rem; }
.people fieldset { border: 0; min-width: 0; margin-bottom: 1.5rem; border-top: 1px solid var(--control); }
.people legend { float: left; width: 100%; padding: 0.625rem 0 0.5rem; }
.people h2 + p { color: var(--soft-ink); margin-bottom: 1rem; }
.person { clear: both; display: grid; grid-template-columns: 1.375rem minmax(0, 1fr); gap: 0.125rem 0.875rem;
  align-items: start; min-height: 3.25rem; padding: 0.75rem 0.75rem 0.75rem 0.625rem;
  border-top: 1px solid var(--rule); cursor: pointer; }
.person:hover { background: var(--page); }
.person:has(:checked) { background: var(--chosen); box-shadow: inset 3px 0 0 var(--act); }
.person:has(:focus-visible) { outline: 3px solid var(--focus); outline-offset: -1px; }
.person input { appearance: none; width: 1.375rem; height: 1.375rem; margin: 0.0625rem 0 0; outline: 0;
  border: 2px solid var(--control); border-radius: 50%; background: var(--page); }
.person input:checked { border-color: var(--act); box-shadow: inset 0 0 0 4px var(--page); background: var(--act); }
.person span { font-weight: 560; }
.person small { grid-column: 2; font-size: 0.875rem; line-height: 1.45; color: var(--soft-ink); }
.own { clear: both; border-top: 1px solid var(--control); padding: 0.625rem 0 1.5rem; }
.own summary { min-height: 3rem; padding: 0.625rem 0; font-weight: 560; cursor: pointer; }
.own label { display: block; margin-top: 0.75rem; max-width: 24rem; }
.own input { display: block; width: 100%; min-height: 3rem; margin-top: 0.25rem; padding: 0.5rem 0.75rem; font: inherit;
  color: inherit; background: var(--page); border: 1.5px solid var(--control); border-radius: 6px; }
.own p { margin-top: 0.75rem; font-size: 0.875rem; color: var(--soft-ink); }
.dock { position: sticky; bottom: 0; margin: 0 -1.25rem -2rem; padding: 0.75rem 1.25rem
  max(0.75rem, env(safe-area-inset-bottom)); background: var(--paper); border-top: 1px solid var(--rule);
  display: grid; grid-template-columns: 1fr 1fr; gap: 0.75rem; }
button, .button { min-height: 3.25rem; padding: 0.75rem 1.25rem; border-radius: 6px; border: 1.5px solid var(--act);
  font: inherit; font-weight: 600; text-align: center; text-decoration: none; cursor: pointer;
  background: var(--page); color: var(--act); }
button:hover, .button:hover { background: var(--chosen); }
.message { max-width: 34rem; }
.message .button { display: inline-block; margin-top: 1.5rem; }
.vendor { margin-top: 2rem; }
dl { margin-top: 0.5rem; border-top: 1px solid var(--control); max-width: 46rem; }
dl div { display: grid; gap: 0.125rem 1.5rem; padding: 0.625rem 0; border-bottom: 1px solid var(--rule); }
dt { color: var(--soft-ink); }
@media (min-width: 40rem) { dl div { grid-template-columns: 11rem 1fr; } }
@media (min-width: 56rem) {
  main { padding-top: 2.75rem; }
  h1 { font-size: 1.875rem; }
  .consent { display: grid; grid-template-columns: minmax(0, 21rem) minmax(0, 1fr); column-gap: 4rem; }
  .ask { position: sticky; top: 2.75rem; align-self: start; }
  .people { margin-top: 0.25rem; grid-column: 2; }
  .own { grid-column: 2; }
  .person { grid-template-columns: 1.375rem 15rem minmax(0, 1fr); padding-block: 0.625rem; min-height: 3rem; }
  .person small { grid-column: 3; padding-top: 0.0938rem; }
  .dock { grid-column: 2; margin: 0 0 -2rem; padding-inline: 0; grid-template-columns: 12rem 12rem;
    justify-content: end; }
}
`
