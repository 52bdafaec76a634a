// Bids for the tests, named by their provider.

/** @param {string} provider @param {number|null} month @param {object} [more] */
export const bid = (provider, month, more = {}) => ({
  provider,
  name: provider,
  host: `${provider}.example.com`,
  region: null,
  area: null,
  uptime: null,
  week: null,
  gpu: null,
  marketRate: null,
  audited: true,
  open: true,
  whyNot: null,
  lapses: null,
  price:
    month === null ? null : { hour: (month / 730.5).toFixed(4), day: "0.00", month: month.toFixed(2), byHour: false },
  outlook: null,
  rank: { cheapest: 4294967295, reliable: 4294967295, balanced: 4294967295 },
  why: "",
  points: { total: 0, uptime: 0, standing: 0, promises: 0, past: 0, offline: 0 },
  favourite: false,
  past: null,
  ...more,
});

export const names = (bids) => bids.map((one) => one.provider).join("");
