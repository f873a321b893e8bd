package dev.holdfast.jepsen.agent;

/**
 * One method of the node, and what is done to it.
 *
 * @param type the binary name of the class that declares it
 * @param parameterCount which of several methods of that name
 */
public record Graft(String type, String method, int parameterCount, Stroke stroke) {
  /** As a person finds it: the class without its package, and the method. */
  public String place() {
    return type.substring(type.lastIndexOf('.') + 1).replace('$', '.') + "." + method;
  }
}
