package io.sightline.processors.tracer;

import java.util.List;

/**
 * How values are spread.
 *
 * @param upperBounds of the buckets, ascending; a value equal to a bound is in its bucket
 * @param counts values in each bucket, one more than there are bounds: the last is of what is over all of them
 * @param sum of all values
 */
public record Distribution(List<Double> upperBounds, List<Long> counts, double sum) {
}
