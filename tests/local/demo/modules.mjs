// The page's modules as Node loads them: the import map of the page is here, and every one of them is a module.

import { register } from "node:module";

const client = new URL("../../../clients/js/src/index.js", import.meta.url);
const loader = `export const resolve = (name, context, next) =>
  name === "organization-billing-client" ? { url: "${client}", shortCircuit: true } : next(name, context);
export const load = (url, context, next) =>
  next(url, /local.demo|clients.js/.test(url) ? { ...context, format: "module" } : context);`;
register(`data:text/javascript,${encodeURIComponent(loader)}`);
