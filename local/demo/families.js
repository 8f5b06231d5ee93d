// The plans as they are chosen: one card for each plan, whichever of its periods one pays by.

const ORDER = ["week", "month", "year"];
const NAMES = { week: "Weekly", month: "Monthly", year: "Yearly" };

/** One list of prices for each plan; prices are of one plan when they name the same `planId`. */
export function familiesOf(prices) {
  const families = Map.groupBy(prices, ({ planId }) => planId);
  return [...families.values()];
}

/** The periods between which there is something to choose, shortest first. */
export function periodsOf(families) {
  const chosen = families.filter((prices) => prices.length > 1).flat();
  const periods = new Set(chosen.map(({ price }) => price?.period).filter(Boolean));
  return [...periods].sort((one, other) => ORDER.indexOf(one) - ORDER.indexOf(other));
}

/** The family's price for the period; where it has none, the one that it has. */
export const priceFor = (prices, period) => prices.find(({ price }) => price?.period === period) ?? prices[0];

export const periodName = (period) => NAMES[period] ?? `Per ${period}`;

/** How much less a year costs than twelve months, in whole percent; null where that cannot be said. */
export function yearSaves(families) {
  const saved = families.flatMap((prices) => {
    const by = (period) => prices.find(({ price }) => price?.period === period)?.price;
    const [month, year] = [by("month"), by("year")];
    if (!month || !year || month.currency !== year.currency) return [];
    return Math.round((1 - year.amount / (12 * month.amount)) * 100);
  });
  return saved.length && Math.max(...saved) > 0 ? Math.max(...saved) : null;
}
