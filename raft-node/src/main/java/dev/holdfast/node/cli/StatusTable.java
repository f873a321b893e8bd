package dev.holdfast.node.cli;

import java.util.ArrayList;
import java.util.List;

/** The status document as tables for people. */
final class StatusTable {
  private static final int KEY_CHARS_MAX = 16;

  private StatusTable() {}

  static String render(JsonTree status) {
    StringBuilder text = new StringBuilder();
    List<List<String>> nodes = new ArrayList<>();
    nodes.add(List.of("NODE", "STATE", "ENDPOINT"));
    for (JsonTree node : status.get("nodes").elements()) {
      boolean up = node.get("up").text().equals("true");
      boolean ready = node.get("ready").text().equals("true");
      nodes.add(
          List.of(
              node.get("id").text(),
              ready ? "ready" : up ? "not ready" : "down",
              "http://" + node.get("http").text()));
    }
    text.append(TextTable.render(nodes));
    List<List<String>> replicas = new ArrayList<>();
    replicas.add(
        List.of("PARTITION", "EPOCH", "FROM", "TO", "NODE", "ROLE", "TERM", "APPLIED", "LAG"));
    List<JsonTree> partitions = new ArrayList<>();
    partitions.add(status.get("meta"));
    partitions.addAll(status.get("partitions").elements());
    for (JsonTree partition : partitions) {
      for (JsonTree replica : partition.get("replicas").elements()) {
        replicas.add(
            List.of(
                partition.get("id").text(),
                partition.get("epoch").text(),
                shortened(partition.get("start").text()),
                shortened(partition.get("end").text()),
                replica.get("node").text(),
                replica.get("role").text(),
                replica.get("term").text(),
                replica.get("applied").text(),
                replica.get("lag").text()));
      }
    }
    text.append('\n');
    text.append(TextTable.render(replicas));
    return text.toString().stripTrailing();
  }

  private static String shortened(String key) {
    return key.length() <= KEY_CHARS_MAX ? key : key.substring(0, KEY_CHARS_MAX) + "…";
  }
}
