package dev.holdfast.benchmarks.report;

import dev.holdfast.benchmarks.load.Measurement;
import dev.holdfast.benchmarks.load.Operation;

/**
 * One measurement and what it measured.
 *
 * @param round from 1
 */
public record Cell(
    String system, Operation operation, int outstanding, int round, Measurement measurement) {
  boolean isOf(String wantedSystem, Operation wantedOperation, int wantedOutstanding) {
    return system.equals(wantedSystem)
        && operation == wantedOperation
        && outstanding == wantedOutstanding;
  }
}
