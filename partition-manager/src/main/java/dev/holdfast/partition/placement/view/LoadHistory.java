package dev.holdfast.partition.placement.view;

/**
 * A partition's load over time, without the planner having to remember anything: a partition is hot
 * for a whole window if even its least load in it was high, and cold if even its greatest was low.
 *
 * <p>Both extremes are taken of each rate by itself, so they err on the side of leaving a partition
 * alone.
 *
 * @param current averaged over the last reports
 * @param sustained the least in the last hot window
 * @param peak the greatest in the last cold window
 * @param observedSinceMicros since when this partition, with this range, is observed without a gap
 */
public record LoadHistory(Load current, Load sustained, Load peak, long observedSinceMicros) {}
