package dev.holdfast.jepsen.agent;

import java.lang.instrument.ClassFileTransformer;
import java.security.ProtectionDomain;
import java.util.Map;
import net.bytebuddy.jar.asm.ClassReader;
import net.bytebuddy.jar.asm.ClassVisitor;
import net.bytebuddy.jar.asm.ClassWriter;
import net.bytebuddy.jar.asm.Handle;
import net.bytebuddy.jar.asm.MethodVisitor;
import net.bytebuddy.jar.asm.Opcodes;
import net.bytebuddy.utility.OpenedClassReader;
import org.jspecify.annotations.Nullable;

/**
 * Has the node's classes, and Ratis's own, read {@link NodeClock} instead of the system's clocks.
 */
final class ClockRewriting implements ClassFileTransformer {
  private static final String SYSTEM = "java/lang/System";
  private static final String CLOCK = NodeClock.class.getName().replace('.', '/');
  private static final Map<String, String> READINGS =
      Map.of("nanoTime", "()J", "currentTimeMillis", "()J");

  @Override
  public byte @Nullable [] transform(
      @Nullable ClassLoader loader,
      String type,
      @Nullable Class<?> redefined,
      @Nullable ProtectionDomain domain,
      byte[] bytes) {
    boolean isOfNode = type.startsWith("dev/holdfast/") && !type.startsWith("dev/holdfast/jepsen/");
    boolean isOfRatis =
        type.startsWith("org/apache/ratis/") && !type.startsWith("org/apache/ratis/thirdparty/");
    if (!isOfNode && !isOfRatis) {
      return null;
    }
    try {
      ClassReader reader = OpenedClassReader.of(bytes);
      ClassWriter writer = new ClassWriter(reader, 0);
      Readings readings = new Readings(writer);
      reader.accept(readings, 0);
      return readings.found ? writer.toByteArray() : null;
    } catch (RuntimeException e) {
      throw Grafts.broken(type, e);
    }
  }

  private static boolean isReading(String owner, String name, String descriptor) {
    return owner.equals(SYSTEM) && descriptor.equals(READINGS.get(name));
  }

  /** Replaces calls, and references to the methods. */
  private static final class Readings extends ClassVisitor {
    private boolean found;

    Readings(ClassVisitor next) {
      super(OpenedClassReader.ASM_API, next);
    }

    @Override
    public MethodVisitor visitMethod(
        int access, String name, String descriptor, String signature, String[] exceptions) {
      MethodVisitor next = super.visitMethod(access, name, descriptor, signature, exceptions);
      return new MethodVisitor(OpenedClassReader.ASM_API, next) {
        @Override
        public void visitMethodInsn(
            int opcode, String owner, String called, String type, boolean isInterface) {
          boolean isReading = opcode == Opcodes.INVOKESTATIC && isReading(owner, called, type);
          found |= isReading;
          super.visitMethodInsn(opcode, isReading ? CLOCK : owner, called, type, isInterface);
        }

        @Override
        public void visitInvokeDynamicInsn(
            String made, String type, Handle bootstrap, Object... arguments) {
          Object[] own = arguments.clone();
          for (int i = 0; i < own.length; i++) {
            if (own[i] instanceof Handle handle
                && isReading(handle.getOwner(), handle.getName(), handle.getDesc())) {
              own[i] =
                  new Handle(handle.getTag(), CLOCK, handle.getName(), handle.getDesc(), false);
              found = true;
            }
          }
          super.visitInvokeDynamicInsn(made, type, bootstrap, own);
        }
      };
    }
  }
}
