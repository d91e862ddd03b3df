// Stands in for the table of country names: our maps are keyed by region code.
module.exports = { COUNTRIES: [], createLookup: () => ({ lookupAlpha3: () => undefined }) };
