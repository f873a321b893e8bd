package dev.holdfast.node.control;

import dev.holdfast.partition.observation.ObserverOptions;
import dev.holdfast.partition.placement.PlannerOptions;
import dev.holdfast.partition.reconcile.Steering;

/** How the controller of a cluster observes, plans and acts. */
public record SteeringOptions(
    PlannerOptions planner, ObserverOptions observer, Steering.Mode mode) {}
