// Stands in for the exotic projections: our maps use those of d3-geo (conic equal area, Mercator).
module.exports = {};
