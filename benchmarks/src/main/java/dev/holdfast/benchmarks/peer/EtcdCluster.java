package dev.holdfast.benchmarks.peer;

import dev.holdfast.benchmarks.driver.EtcdTarget;
import dev.holdfast.benchmarks.load.ProcessCpu;
import dev.holdfast.benchmarks.load.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Three etcd servers on loopback with fsync on, as Debian packages them. */
public final class EtcdCluster implements Peer {
  private static final int MEMBER_COUNT = 3;
  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final Pattern MEMBER = Pattern.compile("\"member_id\":\"(\\d+)\"");
  private static final Pattern LEADER = Pattern.compile("\"leader\":\"(\\d+)\"");

  private final List<ServerProcess> members = new ArrayList<>();
  private final String leader;

  /**
   * Blocks until a leader is there.
   *
   * @param directory for data and logs; should be on the disk that Holdfast uses
   */
  public EtcdCluster(Path directory) {
    List<Integer> clientPorts = ServerProcess.freePorts(MEMBER_COUNT);
    List<Integer> peerPorts = ServerProcess.freePorts(MEMBER_COUNT);
    String cluster =
        IntStream.range(0, MEMBER_COUNT)
            .mapToObj(member -> "e" + member + "=http://127.0.0.1:" + peerPorts.get(member))
            .collect(Collectors.joining(","));
    for (int member = 0; member < MEMBER_COUNT; member++) {
      members.add(
          start(directory, member, clientPorts.get(member), peerPorts.get(member), cluster));
    }
    leader = awaitLeader(clientPorts);
  }

  @Override
  public Target target(int laneCount) {
    return new EtcdTarget(leader, laneCount);
  }

  @Override
  public ProcessCpu processes() {
    return new ProcessCpu(members.stream().map(ServerProcess::pid).toList());
  }

  @Override
  public void close() {
    members.forEach(ServerProcess::close);
  }

  private static ServerProcess start(
      Path directory, int member, int clientPort, int peerPort, String cluster) {
    String name = "e" + member;
    return ServerProcess.start(
        List.of(
            "etcd",
            "--name=" + name,
            "--data-dir=" + directory.resolve(name),
            "--listen-client-urls=http://127.0.0.1:" + clientPort,
            "--advertise-client-urls=http://127.0.0.1:" + clientPort,
            "--listen-peer-urls=http://127.0.0.1:" + peerPort,
            "--initial-advertise-peer-urls=http://127.0.0.1:" + peerPort,
            "--initial-cluster=" + cluster,
            "--initial-cluster-state=new"),
        directory.resolve(name + ".log"));
  }

  private String awaitLeader(List<Integer> clientPorts) {
    HttpProbe probe = new HttpProbe();
    List<String> found = new ArrayList<>();
    members
        .get(0)
        .await(
            "etcd elects a leader",
            START_MAX,
            () -> {
              clientPorts.stream()
                  .filter(port -> leads(probe, port))
                  .forEach(port -> found.add("127.0.0.1:" + port));
              return !found.isEmpty();
            });
    return found.get(0);
  }

  private static boolean leads(HttpProbe probe, int clientPort) {
    Optional<String> status =
        probe.post(
            "http://127.0.0.1:" + clientPort + "/v3/maintenance/status",
            "{}",
            "Accept",
            "application/json");
    if (status.isEmpty()) {
      return false;
    }
    Matcher member = MEMBER.matcher(status.get());
    Matcher leading = LEADER.matcher(status.get());
    return member.find() && leading.find() && member.group(1).equals(leading.group(1));
  }
}
