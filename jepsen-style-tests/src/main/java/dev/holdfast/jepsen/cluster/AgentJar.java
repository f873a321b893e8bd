package dev.holdfast.jepsen.cluster;

import dev.holdfast.jepsen.agent.NodeAgent;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import net.bytebuddy.ByteBuddy;

/**
 * The agent as the JVM wants it: a jar whose manifest names its class, and Byte Buddy's jar beside
 * it. Made of the classes that this process has itself, so the two cannot be of different builds,
 * and no artifact holds it.
 */
final class AgentJar {
  private static final String PACKAGE = NodeAgent.class.getPackageName().replace('.', '/');

  private AgentJar() {}

  /** Writes the jar. */
  static void write(Path jar) {
    try {
      try (OutputStream file = Files.newOutputStream(jar);
          JarOutputStream out = new JarOutputStream(file, manifest())) {
        Path home = homeOf(NodeAgent.class);
        if (Files.isDirectory(home)) {
          copy(home, out);
        } else {
          try (FileSystem zip = FileSystems.newFileSystem(home, Map.of())) {
            copy(zip.getPath("/"), out);
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Manifest manifest() {
    Manifest manifest = new Manifest();
    Attributes attributes = manifest.getMainAttributes();
    attributes.put(Attributes.Name.MANIFEST_VERSION, "1.0");
    attributes.put(new Attributes.Name("Premain-Class"), NodeAgent.class.getName());
    attributes.put(Attributes.Name.CLASS_PATH, homeOf(ByteBuddy.class).toUri().toString());
    return manifest;
  }

  private static void copy(Path root, JarOutputStream out) throws IOException {
    List<Path> classes;
    try (Stream<Path> files = Files.list(root.resolve(PACKAGE))) {
      classes = files.filter(file -> file.toString().endsWith(".class")).sorted().toList();
    }
    for (Path file : classes) {
      out.putNextEntry(new JarEntry(PACKAGE + "/" + file.getFileName()));
      Files.copy(file, out);
      out.closeEntry();
    }
  }

  /** The jar or the directory that a class comes from. */
  private static Path homeOf(Class<?> type) {
    try {
      URI home = type.getProtectionDomain().getCodeSource().getLocation().toURI();
      return Path.of(home);
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
