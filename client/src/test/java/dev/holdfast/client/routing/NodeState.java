package dev.holdfast.client.routing;

/**
 * What a simulated node does with requests: serves them; refuses connections, its process being
 * killed; says nothing, its process being stopped or its machine gone; or has no replica open yet.
 */
enum NodeState {
  WORKS,
  KILLED,
  SILENT,
  STARTING
}
