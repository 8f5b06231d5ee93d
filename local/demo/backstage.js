// What is behind the page, beside it. A page that is deployed has nothing of this.

import { byId } from "./dom.js";
import { offerFailures } from "./failures.js";
import { followTimeline } from "./timeline.js";

export function showBackstage(organizationId) {
  byId("backstage").hidden = false;
  offerFailures(organizationId);
  followTimeline(organizationId);
}
