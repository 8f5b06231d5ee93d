import { fileURLToPath } from "node:url";

// The client is a folder of this checkout, which a copy of this example would install as a package.
const root = fileURLToPath(new URL("../..", import.meta.url));

export default { turbopack: { root }, outputFileTracingRoot: root };
