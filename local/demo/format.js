// Money, counts and time in words. Amounts are integers in minor units, or exact in micros; times are UTC seconds.

const MICROS = 1_000_000;

export function money({ amount, currency }) {
  return format(amount / 10 ** digits(currency), currency);
}

/** Exact below the minor unit too, as prices by use are; `signed` for what was added or taken. */
export function exact({ micros, currency, signed = false }) {
  const signDisplay = signed ? "exceptZero" : "auto";
  return format(micros / MICROS, currency, { maximumFractionDigits: 6, signDisplay });
}

/** What somebody types, in minor units, and back. */
export const minor = (value, currency) => Math.round(value * 10 ** digits(currency));
export const major = (amount, currency) => amount / 10 ** digits(currency);

/** The smallest step of a currency, for an input: 0.01 of a dollar. */
export const step = (currency) => (1 / 10 ** digits(currency)).toFixed(digits(currency));

export function date(seconds) {
  const format = new Intl.DateTimeFormat("en", { dateStyle: "medium", timeZone: "UTC" });
  return format.format(new Date(seconds * 1000));
}

export const count = (number) => new Intl.NumberFormat("en", { maximumFractionDigits: 6 }).format(number);

export const plural = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

/** Chargebee counts these in whole units and all others in hundredths; `Intl` shows a dozen more without decimals. */
const WHOLE = new Set("BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF".split(" "));
const digits = (currency) => (WHOLE.has(currency) ? 0 : 2);

function format(value, currency, options = {}) {
  const maximumFractionDigits = digits(currency);
  const style = { style: "currency", currency, trailingZeroDisplay: "stripIfInteger", maximumFractionDigits };
  return new Intl.NumberFormat("en", { ...style, ...options }).format(value);
}
