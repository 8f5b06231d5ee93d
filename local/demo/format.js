// Money and time in words. Amounts are integers in minor units; times are UTC seconds.

export function money({ amount, currency }) {
  const format = new Intl.NumberFormat("en", { style: "currency", currency, trailingZeroDisplay: "stripIfInteger" });
  return format.format(amount / 10 ** format.resolvedOptions().maximumFractionDigits);
}

export function date(seconds) {
  const format = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });
  return format.format(new Date(seconds * 1000));
}

export const plural = (count, noun) => `${count} ${noun}${count === 1 ? "" : "s"}`;
