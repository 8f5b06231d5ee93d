// Products that are sold side by side: each line has its plans, and an organization one live subscription in it.

/** The catalog's lines in their order. Plans that name no line are one, and so is what the catalog does not know. */
export function linesOf(plans, lives) {
  const lineOf = (itemPriceId) => plans.find((plan) => plan.itemPriceId === itemPriceId)?.line;
  const lines = Map.groupBy(plans, ({ line }) => line);
  return [...lines].map(([line, sold]) => {
    return { line, plans: sold, live: lives.find(({ itemPriceId }) => lineOf(itemPriceId) === line) };
  });
}
